"""`processctl check`: the check of `process_policy`, for people at a terminal and for pipelines."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processctl.test_command_line import processctl_run

FLOW = """
import time
from temporalio import workflow
@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return time.time()
"""
LINE = (
    "flow.py:8:16: DET001 `time.time` reads a clock of the host; use workflow.now() or workflow.time() "
    "(Flow.run -> time.time)"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flow.py").write_text(FLOW)
    return tmp_path


def test_prints_findings_to_standard_output_and_nothing_else(project: Path) -> None:
    done = processctl_run("check", folder=project)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{LINE}\n1 finding in 1 file: 1 workflow in 1 file\n"


def test_options_are_those_of_the_check(project: Path) -> None:
    (project / "other.toml").write_text("[tool.process-policy]\nignore = ['DET']\n")
    done = processctl_run("check", "--config", "other.toml", "--select", "DET001", folder=project)
    assert done.returncode == 1
    done = processctl_run("check", "--config", "other.toml", "--format", "json", folder=project)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"findings": []})


def test_what_cannot_be_checked_is_said_and_the_rest_is_checked(project: Path) -> None:
    done = processctl_run("check", "none.py", "flow.py", folder=project)
    assert done.returncode == 2
    assert done.stderr == "none.py: no such file or folder; give the path of the workflow code\n"
    assert done.stdout.startswith(LINE)
    (project / "pyproject.toml").write_text("[tool.process-policy]\nselct = []\n")
    done = processctl_run("check", folder=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown key selct" in done.stderr


def test_loads_nothing_that_a_check_does_not_need(project: Path) -> None:
    done = processctl_run("check", folder=project, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 1
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "process_policy.command" in loaded
    assert not {"temporalio", "jinja2", "google.protobuf", "rich.console", "libcst"} & loaded


def test_is_coloured_at_a_terminal_and_has_the_same_words(project: Path) -> None:
    controller, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [str(Path(sys.executable).with_name("processctl")), "check"]
    with os.fdopen(terminal, "wb") as output:
        done = subprocess.run(
            command,
            cwd=project,
            stdout=output,
            env=environment | {"TERM": "xterm", "COLUMNS": "40"},
            check=False,
        )
    with os.fdopen(controller, "rb", buffering=0) as shown:
        text = shown.read(65536).decode()
    assert done.returncode == 1
    assert "\x1b[1;31m" in text
    plain = text.replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[1;31m", "")
    assert plain.splitlines() == [LINE, "1 finding in 1 file: 1 workflow in 1 file"]
