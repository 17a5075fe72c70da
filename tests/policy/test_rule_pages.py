"""docs/policy/: every rule has a page, and its example shows that rule and nothing else."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from process_policy import RULES

ROOT = Path(__file__).resolve().parents[2]


def load_script(name: str) -> ModuleType:
    """A module of `scripts/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def load() -> ModuleType:
    return load_script("write_rule_pages")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script over a copy of the pages of one rule."""
    module = load()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PAGES", tmp_path)
    monkeypatch.setattr(module, "EXAMPLES", tmp_path / "examples")
    monkeypatch.setattr(module, "RULES", {"DET001": RULES["DET001"]})
    shutil.copytree(ROOT / "docs" / "policy" / "examples" / "DET001", tmp_path / "examples" / "DET001")
    assert module.main([]) == 0
    return module


def test_every_rule_has_a_page_and_an_example_that_shows_it_and_nothing_else() -> None:
    assert load().troubles() == []


def test_a_rule_without_an_example_is_named(copy: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    (copy.EXAMPLES / "DET001" / "good.py").unlink()
    assert copy.main([]) == copy.main(["--check"]) == 1
    assert "examples/DET001/good.py: missing" in capsys.readouterr().err


def test_a_page_that_is_out_of_date_is_named(copy: ModuleType) -> None:
    (copy.PAGES / "DET001.md").write_text("old")
    assert copy.troubles() == ["DET001.md: out of date; run scripts/write_rule_pages.py"]


def test_a_page_or_an_example_without_a_rule_is_named(copy: ModuleType) -> None:
    (copy.PAGES / "DET999.md").write_text("")
    (copy.EXAMPLES / "DET998").mkdir()
    assert copy.troubles() == [
        "DET999.md: there is no such rule; remove it",
        "examples/DET998: there is no such rule; remove it",
    ]


@pytest.mark.parametrize("name", ["good.py", "bad.py"])
def test_an_example_that_shows_something_else_is_named(copy: ModuleType, name: str) -> None:
    other = {"good.py": "bad.py", "bad.py": "good.py"}[name]
    shutil.copy(copy.EXAMPLES / "DET001" / other, copy.EXAMPLES / "DET001" / name)
    (trouble,) = copy.troubles()
    assert trouble.startswith(f"examples/DET001/{name}: marked are")
