"""`python -m process_policy`: what is printed where, in each format, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from process_policy import RULES
from process_policy.__main__ import main
from process_policy.command import check_project

HELPERS = """
    import time
    def stamp() -> float:
        return time.time()
"""
FLOW = """
    from temporalio import workflow
    from helpers import stamp
    @workflow.defn
    class Flow:
        @workflow.run
        async def run(self) -> float:
            return stamp()
"""
CLEAN = """
    from temporalio import workflow
    @workflow.defn
    class Clean:
        @workflow.run
        async def run(self) -> float:
            return workflow.time()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder: one finding, in a helper."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"flow": FLOW, "helpers": HELPERS, "clean": CLEAN}.items():
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
    return tmp_path


def sarif_of(capsys: pytest.CaptureFixture[str]) -> Any:
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


class TestText:
    def test_is_one_line_a_finding_and_a_summary(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([]) == 1
        printed = capsys.readouterr()
        assert printed.out == (
            "helpers.py:4:12: DET001 `time.time` reads a clock of the host; use workflow.now() or "
            "workflow.time() (Flow.run -> helpers.stamp -> time.time)\n"
            "1 finding in 1 file: 2 workflows in 3 files\n"
        )
        assert printed.err == ""

    def test_of_clean_code_is_the_summary(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["clean.py"]) == 0
        assert capsys.readouterr().out == "no findings: 1 workflow in 1 file\n"


class TestJson:
    def test_has_exactly_the_keys_that_are_promised(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--format", "json", "flow.py"]) == 1
        assert json.loads(capsys.readouterr().out) == {
            "findings": [
                {
                    "path": "helpers.py",
                    "line": 4,
                    "column": 12,
                    "rule": "DET001",
                    "message": "`time.time` reads a clock of the host; use workflow.now() or workflow.time()",
                    "function": "stamp",
                    "trace": ["Flow.run", "helpers.stamp", "time.time"],
                }
            ]
        }

    def test_of_clean_code_has_no_findings(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--format", "json", "clean.py"]) == 0
        assert json.loads(capsys.readouterr().out) == {"findings": []}


class TestSarif:
    """What the standard requires of the objects that we write, and what code scanning shows."""

    def test_describes_every_rule(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["--format", "sarif"])
        driver = sarif_of(capsys)["tool"]["driver"]
        assert driver.keys() == {"name", "rules"}
        assert [rule["id"] for rule in driver["rules"]] == list(RULES)
        for rule in driver["rules"]:
            assert rule["shortDescription"].keys() == rule["fullDescription"].keys() == {"text"}
            assert rule["help"].keys() == {"text", "markdown"}
            assert rule["defaultConfiguration"]["level"] in {"error", "warning"}
            assert rule["defaultConfiguration"]["enabled"] is not RULES[rule["id"]].opt_in
            assert rule["properties"]["page"] == f"docs/policy/{rule['id']}.md"

    def test_has_each_finding_with_its_place_and_way(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--format", "sarif"]) == 1
        run = sarif_of(capsys)
        assert run["columnKind"] == "unicodeCodePoints"
        assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
        (result,) = run["results"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "DET001"
        assert result["level"] == "error"
        assert result["message"]["text"].endswith("(Flow.run -> helpers.stamp -> time.time)")
        assert result["properties"] == {"trace": ["Flow.run", "helpers.stamp", "time.time"]}
        assert result["locations"] == [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "helpers.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 12},
                },
                "logicalLocations": [{"fullyQualifiedName": "stamp", "kind": "function"}],
            }
        ]

    def test_names_files_as_uris_of_the_current_folder_or_absolute_ones(
        self, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside = project / "my flows"
        inside.mkdir()
        source = (project / "helpers.py").read_text() + (project / "flow.py").read_text().replace(
            "from helpers import stamp\n", ""
        )
        (inside / "flow.py").write_text(source)
        main(["--format", "sarif", "my flows"])
        (result,) = sarif_of(capsys)["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert uri == {"uri": "my%20flows/flow.py", "uriBaseId": "%SRCROOT%"}
        (project / "elsewhere").mkdir()
        monkeypatch.chdir(project / "elsewhere")
        main(["--format", "sarif", "../my flows"])
        (result,) = sarif_of(capsys)["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert uri == {"uri": (inside / "flow.py").resolve().as_uri()}

    def test_says_what_could_not_be_checked(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--format", "sarif", "flow.py", "none.py"]) == 2
        run = sarif_of(capsys)
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"] is False
        (notification,) = invocation["toolExecutionNotifications"]
        assert notification["level"] == "error"
        assert notification["message"]["text"].startswith("none.py: no such file or folder")
        assert len(run["results"]) == 1


class TestWhatCannotBeChecked:
    @pytest.mark.parametrize("broken", ["def run(:\n", "\x00", "# coding: klingon\n"])
    def test_a_broken_file_is_said_and_the_others_are_checked(
        self, project: Path, capsys: pytest.CaptureFixture[str], broken: str
    ) -> None:
        (project / "broken.py").write_text(broken)
        assert main(["broken.py", "flow.py"]) == 2
        printed = capsys.readouterr()
        assert printed.err.startswith("broken.py")
        assert printed.err.count("\n") == 1
        assert printed.out.startswith("helpers.py:4:12: DET001")

    def test_a_missing_path_is_said_and_the_others_are_checked(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["none", "flow.py"]) == 2
        printed = capsys.readouterr()
        assert printed.err == "none: no such file or folder; give the path of the workflow code\n"
        assert printed.out.startswith("helpers.py:4:12: DET001")

    @pytest.mark.parametrize("arguments", [["--select", "DET999"], ["--config", "none.toml"]])
    def test_a_configuration_that_is_wrong_is_one_message(
        self, project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
    ) -> None:
        assert main(arguments) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1

    def test_files_without_a_workflow_are_clean_unless_one_is_required(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["helpers.py"]) == 0
        assert "no workflow found" in capsys.readouterr().err
        assert main(["helpers.py", "--require-workflow"]) == 2
        assert "helpers.py: no workflow found" in capsys.readouterr().err
        assert main(["flow.py", "--require-workflow"]) == 1


class TestConfiguration:
    def test_paths_are_those_of_the_project_if_none_is_given(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "pyproject.toml").write_text("[tool.process-policy]\npaths = ['flow.py']\n")
        folder = project / "docs"
        folder.mkdir()
        monkeypatch.chdir(folder)
        report = check_project()
        assert (report.files, report.workflows) == (1, 1)

    def test_options_hold_several_rules_and_may_be_repeated(self, project: Path) -> None:
        assert main(["--select", "DET003,DET001"]) == main(["--select", "DET003", "--select", "DET001"]) == 1
        assert main(["--select", "DET003"]) == main(["--ignore", "POL, DET"]) == 0

    def test_the_file_may_be_another_one(self, project: Path) -> None:
        (project / "policy.toml").write_text("[tool.process-policy]\nignore = ['DET001']\n")
        assert main(["--config", "policy.toml"]) == 0


def test_needs_nothing_but_the_standard_library(project: Path) -> None:
    script = (
        "import sys; known = set(sys.modules); import process_policy.__main__\n"
        "others = {name.partition('.')[0] for name in set(sys.modules) - known}\n"
        "print(*sorted(others - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "process_policy\n"


def test_the_hook_for_pre_commit_runs_the_check(project: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["types"]) == ("process-policy", "python", ["python"])
    program, *arguments = hook["entry"].split()
    assert program == "python"
    for file, code in (("flow.py", 1), ("clean.py", 0), ("helpers.py", 0)):
        done = subprocess.run([sys.executable, *arguments, file], capture_output=True, check=False)
        assert done.returncode == code


def test_columns_count_characters(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "wide.py").write_text(
        textwrap.dedent(CLEAN).replace("return workflow.time()", 'return "größer" < time.ctime()')
        + "import time\n"
    )
    assert main(["wide.py"]) == 1
    assert capsys.readouterr().out.startswith("wide.py:7:27: DET001 ")
