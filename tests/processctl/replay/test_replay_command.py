"""`processctl replay`: what it prints and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processctl.errors import CouldNotRun
from processctl.main import app
from tests.e2e.folders import CHECKOUT, Folder, copied_example
from tests.processctl.replay.orders import HISTORIES, WORKFLOW_IMPL

SALES = CHECKOUT / "examples" / "sales" / "processes" / "quote_approval" / "tests" / "histories"


@pytest.fixture
def repo(tmp_path: Path) -> Folder:
    return copied_example("order_fulfillment", tmp_path / "orders")


def replay(repo: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["replay", "-C", str(repo), *arguments])


def test_every_history_is_told_with_where_it_differs(repo: Folder) -> None:
    implementation = repo.path / WORKFLOW_IMPL
    code = implementation.read_text()
    # One order of the three was cancelled before its payment was taken.
    implementation.write_text(code.replace("activities.capture_payment(", "activities.refund_payment("))
    done = replay(repo.path / "processes", "--format", "json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert told["problems"] == []
    assert [history["path"] for history in told["histories"]] == [
        f"{HISTORIES}/a-100{number}.json" for number in (1, 2, 3)
    ]
    differing = [history for history in told["histories"] if not history["replays"]]
    assert differing
    for history in differing:
        divergence = history["divergence"]
        assert divergence["event_type"] == "ActivityTaskScheduled"
        assert divergence["history"].endswith(".CapturePayment")
        assert divergence["code"].endswith(".RefundPayment")
        assert divergence["near"]["path"] == WORKFLOW_IMPL
        assert "refund_payment(" in divergence["near"]["source"]


def test_a_difference_late_in_a_long_history_is_found_where_it_is(tmp_path: Path) -> None:
    triage = copied_example("sre", tmp_path / "sre")
    implementation = triage.path / "processes" / "incident_triage" / "workflow_impl.py"
    code = implementation.read_text()
    swapped = code.replace("activities.summarize_incident(", "activities.upsert_backlog_item(")
    assert swapped != code
    implementation.write_text(swapped)
    done = replay(triage.path, "--format", "json")
    assert done.exit_code == 1, done.output
    found = {
        history["path"]: history["divergence"]["event_id"]
        for history in json.loads(done.stdout)["histories"]
        if not history["replays"]
    }
    expected = {}
    for path in implementation.parent.glob("tests/histories/*.json"):
        for event in json.loads(path.read_text())["events"]:
            scheduled = event.get("activityTaskScheduledEventAttributes", {}).get("activityType", {})
            if scheduled.get("name", "").endswith(".SummarizeIncident"):
                expected[path.relative_to(triage.path).as_posix()] = int(event["eventId"])
                break
    assert found == expected
    assert max(found.values()) > 500


def test_what_cannot_be_replayed_is_told_apart_and_does_not_stop_the_rest(repo: Folder) -> None:
    histories = repo.path / HISTORIES
    shutil.copy(SALES / "approved.json", histories / "b-of-another.json")
    (histories / "c-cut-off.json.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (histories / "d-empty.json").write_text("{}")
    (histories / "e-deep.json").write_text("[" * 100_000)
    begun = json.loads((histories / "a-1001.json").read_text())["events"][:1]
    (histories / "f-only-begun.json").write_text(json.dumps({"events": begun}))
    done = replay(repo.path)
    assert done.exit_code == 2
    assert "3 histories, all replay" in done.stdout
    problems = done.stderr.splitlines()
    names = ("b-of-another.json", "c-cut-off.json.gz", "d-empty.json", "e-deep.json", "f-only-begun.json")
    for name, problem in zip(names, problems, strict=True):
        assert str(histories / name) in problem


def test_code_that_cannot_be_imported_is_told_with_its_place(repo: Folder) -> None:
    with (repo.path / WORKFLOW_IMPL).open("a") as code:
        code.write("\nraise LookupError('no such thing')\n")
    done = replay(repo.path)
    assert done.exit_code == 2
    assert "LookupError: no such thing" in done.stderr
    assert WORKFLOW_IMPL in done.stderr


def test_code_that_exits_when_it_is_imported_is_told_with_its_place(repo: Folder) -> None:
    with (repo.path / WORKFLOW_IMPL).open("a") as code:
        code.write("\nraise SystemExit(3)\n")
    done = replay(repo.path)
    assert done.exit_code == 2
    assert "SystemExit: 3" in done.stderr
    assert WORKFLOW_IMPL in done.stderr


def test_code_that_ends_the_process_is_told_with_what_it_said(repo: Folder) -> None:
    with (repo.path / WORKFLOW_IMPL).open("a") as code:
        code.write("\nimport os, sys\nprint('out of paper', file=sys.stderr, flush=True)\nos._exit(7)\n")
    done = replay(repo.path)
    assert isinstance(done.exception, CouldNotRun)
    assert "code 7" in str(done.exception)
    assert "out of paper" in str(done.exception)


def test_a_repo_without_histories_replays(repo: Folder) -> None:
    shutil.rmtree(repo.path / HISTORIES)
    done = replay(repo.path)
    assert (done.exit_code, done.stdout) == (0, "no histories\n")


def test_a_folder_that_is_no_repo_could_not_be_replayed(tmp_path: Path) -> None:
    done = replay(tmp_path)
    assert isinstance(done.exception, CouldNotRun)
    assert "buf.gen.yaml" in str(done.exception)
