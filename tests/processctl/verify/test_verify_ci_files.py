"""The examples' own CI files: right for GitHub and GitLab, and asking what there is to ask."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from processctl.main import app

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[3] / "examples").glob("*/buf.gen.yaml"))
GITHUB, GITLAB = ".github/workflows/verify.yml", ".gitlab-ci.yml"


@pytest.mark.parametrize(("schema", "name"), [("github-workflows", GITHUB), ("gitlab-ci", GITLAB)])
def test_they_keep_to_the_schema(schema: str, name: str) -> None:
    files = [str(example / name) for example in EXAMPLES]
    assert len(files) == 3
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def commands(content: Any) -> list[str]:
    """Every command of a CI file, of either kind."""
    if isinstance(content, dict):
        found = [content["run"]] if isinstance(content.get("run"), str) else []
        found += content["script"] if isinstance(content.get("script"), list) else []
        return found + [command for value in content.values() for command in commands(value)]
    return [command for each in content for command in commands(each)] if isinstance(content, list) else []


@pytest.mark.requirement("R128")
@pytest.mark.parametrize("name", [GITHUB, GITLAB])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_they_install_what_is_pinned_ask_every_gate_and_run_peoples_tests(example: Path, name: str) -> None:
    install, verify, tests = commands(yaml.safe_load((example / name).read_text()))
    pinned = (example / "pyproject.toml").read_text()
    assert f'dependencies = ["{shlex.split(install)[-1]}"]' in pinned
    program, command, *options = shlex.split(verify)
    assert (program, command) == ("processctl", "verify")
    known = typer.main.get_command(app).commands["verify"]  # type: ignore[attr-defined]
    assert [option for option in options if option.startswith("-")] == ["--against"]
    assert "against" in {parameter.name for parameter in known.params}
    folders = shlex.split(tests)[1:]
    assert set(folders) == {path.name for path in (example / "processes", example / "tests") if path.is_dir()}
