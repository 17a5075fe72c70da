"""The example repositories keep the rules that every user's repository is to keep."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from protoc_gen_process.version import __version__

EXAMPLES = sorted(path.parent for path in Path(__file__).resolve().parents[2].glob("examples/*/buf.gen.yaml"))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture
def template(example: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((example / "buf.gen.yaml").read_text())
    return loaded


@pytest.mark.requirement("R126")
def test_the_plugin_that_buf_runs_is_pinned_to_this_version(example: Path, template: dict[str, Any]) -> None:
    project = tomllib.loads((example / "pyproject.toml").read_text())
    assert "protoc-gen-process" in [plugin.get("local") for plugin in template["plugins"]]
    assert f"protoc-gen-process[dev]=={__version__}" in project["project"]["dependencies"]


@pytest.mark.requirement("R127")
def test_out_folders_are_cleaned_and_hold_nothing_of_peoples(example: Path, template: dict[str, Any]) -> None:
    assert template["clean"] is True
    for plugin in template["plugins"]:
        out = example / plugin["out"]
        assert not (example / "processes").is_relative_to(out)
        assert list(out.rglob("*_impl.py")) == []
