"""Compiled templates are used exactly when they are those of the sources at hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from protoc_gen_process import templating

TEMPLATE = "process/contract.py.j2"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package: sources and what the build made of them."""
    shutil.copytree(templating.template_folder(), tmp_path / "templates")
    monkeypatch.setattr(templating, "_PACKAGE", str(tmp_path))
    templating.compile_templates(str(tmp_path / "templates"), str(tmp_path / "compiled_templates"))
    return tmp_path


def is_compiled() -> bool:
    return isinstance(templating.create_environment().loader, jinja2.ModuleLoader)


def test_templates_of_a_build_are_not_compiled_again(package: Path) -> None:
    assert is_compiled()
    assert templating.create_environment().get_template(TEMPLATE).name == TEMPLATE


def edit(package: Path) -> None:
    with (package / "templates" / TEMPLATE).open("a") as template:
        template.write("# more\n")


def add(package: Path) -> None:
    (package / "templates" / "new.j2").touch()


def rename(package: Path) -> None:
    (package / "templates" / TEMPLATE).rename(package / "templates" / "process" / "other.py.j2")


def lose_manifest(package: Path) -> None:
    (package / "compiled_templates" / "MANIFEST").unlink()


def remove_build(package: Path) -> None:
    shutil.rmtree(package / "compiled_templates")


@pytest.mark.parametrize("change", [edit, add, rename, lose_manifest, remove_build])
def test_a_stale_build_is_not_used(package: Path, change: Callable[[Path], None]) -> None:
    change(package)
    assert not is_compiled()


def test_an_edited_template_is_served_as_edited(package: Path) -> None:
    (package / "templates" / TEMPLATE).write_text("edited")
    assert templating.create_environment().get_template(TEMPLATE).render() == "edited"


def test_a_build_of_another_engine_is_not_used(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jinja2, "__version__", "99")
    assert not is_compiled()


def test_a_broken_template_fails_the_build(package: Path) -> None:
    (package / "templates" / TEMPLATE).write_text("{% if %}")
    with pytest.raises(jinja2.TemplateSyntaxError):
        templating.compile_templates(str(package / "templates"), str(package / "again"))
