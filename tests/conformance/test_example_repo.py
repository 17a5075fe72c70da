"""The example repository keeps the rules that every user's repository is to keep."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from protoc_gen_process.version import __version__

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "order_fulfillment"


@pytest.fixture
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((EXAMPLE / "buf.gen.yaml").read_text())
    return loaded


@pytest.mark.requirement("R126")
def test_the_plugin_that_buf_runs_is_pinned_to_this_version(template: dict[str, Any]) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    assert "protoc-gen-process" in [plugin.get("local") for plugin in template["plugins"]]
    assert f"protoc-gen-process[dev]=={__version__}" in project["project"]["dependencies"]


@pytest.mark.requirement("R127")
def test_out_folders_are_cleaned_and_hold_nothing_of_peoples(template: dict[str, Any]) -> None:
    assert template["clean"] is True
    for plugin in template["plugins"]:
        out = EXAMPLE / plugin["out"]
        assert not (EXAMPLE / "processes").is_relative_to(out)
        assert list(out.rglob("*_impl.py")) == []
