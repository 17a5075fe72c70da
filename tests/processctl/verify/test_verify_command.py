"""One command asks every gate, prints what each says, and its exit code means something."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from process_runtime.testing.divergence import Divergence
from processctl.errors import CouldNotRun, ProjectError
from processctl.main import app
from processctl.replay import command as replay
from processctl.replay.report import ReplayedHistory, ReplayReport
from processctl.verify import command
from processctl.verify.outcome import Gate, Outcome, Status
from tests.e2e.folders import copied_example

EXAMPLES = Path(__file__).parents[3] / "examples"


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["verify", "-C", str(EXAMPLES / "sales"), *arguments])


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Plays the gates."""

    def play(**looks: Callable[[], Outcome]) -> None:
        gates = tuple(Gate(name, "is it?", look) for name, look in looks.items())
        monkeypatch.setattr(command, "gates", lambda _repo, _against: gates)

    return play


def passes() -> Outcome:
    return Outcome(Status.PASSED, "all is well")


def skips() -> Outcome:
    return Outcome(Status.SKIPPED, "not asked")


def fails() -> Outcome:
    return Outcome(Status.FAILED, "two things", ("a.py:1: [odd]", "b.py:2: worse"))


def raises() -> Outcome:
    raise ProjectError("patches.md: out of date\n-one\n+two")


def cannot() -> Outcome:
    raise CouldNotRun("origin/main: no such ref")


@pytest.mark.parametrize(
    ("looks", "code"),
    [
        ((passes, skips), 0),
        ((passes, fails), 1),
        ((raises, passes), 1),
        ((cannot, passes), 2),
        ((cannot, fails), 1),
    ],
)
def test_exit_codes(script: Callable[..., None], looks: tuple[Callable[[], Outcome], ...], code: int) -> None:
    script(**{f"gate{number}": look for number, look in enumerate(looks)})
    assert verify().exit_code == code


def test_a_gate_that_fails_keeps_no_other_from_being_asked_and_all_is_told(
    script: Callable[..., None],
) -> None:
    script(one=fails, two=cannot, three=raises, four=passes)
    lines = [line.strip() for line in verify().output.splitlines()]
    assert lines[:9] == [
        "failed one: two things",
        "a.py:1: [odd]",
        "b.py:2: worse",
        "not run two: origin/main: no such ref",
        "failed three: patches.md: out of date",
        "-one",
        "+two",
        "passed four: all is well",
        "",
    ]
    assert [line.split()[0] for line in lines[9:]] == ["one", "two", "three", "four"]


def test_json_is_all_there_is_on_standard_output(script: Callable[..., None]) -> None:
    script(one=fails, two=passes)
    result = verify("--format", "json")
    content = json.loads(result.stdout)
    for gate in content["gates"]:
        assert gate.pop("seconds") >= 0
    assert content == {
        "ok": False,
        "gates": [
            {
                "name": "one",
                "status": "failed",
                "summary": "two things",
                "details": ["a.py:1: [odd]", "b.py:2: worse"],
            },
            {"name": "two", "status": "passed", "summary": "all is well", "details": []},
        ],
    }


def test_gates_are_chosen_by_name(script: Callable[..., None]) -> None:
    script(one=fails, two=passes, three=cannot)
    assert verify("--only", "two").exit_code == 0
    assert verify("--skip", "one", "--skip", "three").exit_code == 0
    unknown = verify("--skip", "ten")
    assert unknown.exit_code != 0
    assert str(unknown.exception) == "there is no gate 'ten'; there are one, two, three"


def test_outside_a_repo_it_could_not_look(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verify", "-C", str(tmp_path)])
    assert isinstance(result.exception, CouldNotRun)
    assert "no buf.gen.yaml here or in a folder above" in str(result.exception)


def test_without_a_ref_contracts_are_not_compared_and_that_is_said() -> None:
    result = verify("--only", "breaking")
    assert result.exit_code == 0
    assert "skipped breaking: nothing to compare with: name it with --against" in result.output


def test_what_is_found_is_told_whole_however_narrow_the_terminal(
    script: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    mend = f"a.py:1: {'a long way ' * 20}to the mend"
    script(one=lambda: Outcome(Status.FAILED, "one thing", (mend,)))
    assert f"    {mend}\n" in verify().output


def test_a_choice_that_leaves_no_gate_does_not_pass(script: Callable[..., None]) -> None:
    script(one=passes)
    result = verify("--only", "one", "--skip", "one")
    assert isinstance(result.exception, CouldNotRun)
    assert "leave no gate" in str(result.exception)


def test_a_gate_that_found_nothing_to_look_at_does_not_pass(tmp_path: Path) -> None:
    repo = copied_example("sales", tmp_path / "sales").path
    (repo / "pyproject.toml").open("a").write('\n[tool.process-policy]\nexclude = ["**"]\n')
    for histories in repo.glob("processes/*/tests/histories"):
        shutil.rmtree(histories)
    result = CliRunner().invoke(app, ["verify", "-C", str(repo), "--only", "check", "--only", "replay"])
    assert result.exit_code == 2, result.output
    assert "not run check: " in result.output
    assert "no workflow found" in result.output
    assert "skipped replay: no history is kept" in result.output


def test_a_history_that_differs_is_told_of_though_another_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parted = Divergence(
        event_id=5, event_type="TimerStarted", history="a timer", code="nothing", stack=(), message="no match"
    )
    history = ReplayedHistory(
        process="quote-approval",
        path=EXAMPLES / "sales/processes/x.json.gz",
        workflow_id="w",
        run_id="r",
        events=9,
        divergence=parted,
    )
    report = ReplayReport(EXAMPLES / "sales", (history,), ("processes/y.json.gz: no history",))
    monkeypatch.setattr(replay, "replay_histories", lambda _repo: report)
    result = verify("--only", "replay")
    assert result.exit_code == 1
    assert "failed replay: 1 of 1 do not replay" in result.output
    assert "processes/x.json.gz: differs" in result.output
    assert "processes/y.json.gz: no history" in result.output
