"""`processctl breaking` in a repo: what it compares with, what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processctl.breaking.against import read_against
from processctl.breaking.command import compare
from processctl.breaking.report import Report
from processctl.errors import CouldNotRun
from processctl.init import run as init
from processctl.main import app
from processctl.repo import Repo
from tests.processctl.test_command_line import processctl_run

PROTO = "proto/contracts/order_flow/v1/order_flow_process.proto"
SHARED = """syntax = "proto3";
package shared.v1;
message Unrelated { string a = 1; string b = 2; }
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git with nobody's configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "one")


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with a repo in one of its folders, of which the first commit knows nothing."""
    folder = tmp_path_factory.mktemp("committed") / "monorepo"
    folder.mkdir()
    (folder / "README").write_text("")
    git(folder, "init", "-q")
    commit(folder)
    git(folder, "tag", "before")
    init("order-flow", folder / "services" / "orders")
    (folder / "services" / "orders" / "proto" / "shared.proto").write_text(SHARED)
    commit(folder)
    return folder


@pytest.fixture
def repo(committed: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copytree(committed, tmp_path / "monorepo", symlinks=True)) / "services" / "orders"


def edit(path: Path, *edits: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)


def run(repo: Path, against: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["breaking", "--against", against, "-C", str(repo), *more])


def rules(report: Report) -> dict[str, str]:
    return {change.rule: change.kind.value for change in report.changes}


def test_a_repo_that_did_not_change_has_nothing_to_stop(repo: Path) -> None:
    result = run(repo, "HEAD")
    assert result.exit_code == 0
    assert "no changes; nothing has to stop" in result.output


@pytest.mark.requirement("R044", "R048")
def test_what_changed_since_a_revision_stops_until_the_version_says_so(repo: Path) -> None:
    edit(
        repo / PROTO,
        ('name: "order-flow"', 'name: "order-flow"\n  default_task_queue: "other"'),
        ("string note = 1;", "uint64 note = 1;\n  string more = 2;"),
    )
    stopped = run(repo, "main")
    assert stopped.exit_code == 1
    lines = [line.strip() for line in stopped.output.splitlines()]
    queue = "breaks running executions: TASK_QUEUE_CHANGED: task queue: order-flow -> other"
    assert f"{PROTO}:12:3: {queue}" in lines
    wire = "FIELD_WIRE_JSON_COMPATIBLE_TYPE: contracts.order_flow.v1.OrderFlowRequested"
    assert f"{PROTO}:49:3: breaks running executions: {wire}" in lines
    field = "safe: FIELD_ADDED: field contracts.order_flow.v1.OrderFlowRequested.more"
    assert f"{PROTO}:50:3: {field}" in lines
    assert any(": error: API_MAJOR_NOT_RAISED: 1.0: api_major has to rise to 2" in line for line in lines)

    edit(repo / PROTO, ("api_major: 1", "api_major: 2"))
    passed = run(repo, "main", "--format", "json")
    assert passed.exit_code == 0
    report = json.loads(passed.output)
    assert report["ok"] is True
    assert report["processes"] == [{"name": "order-flow", "before": "1.0", "after": "2.0"}]
    assert report["errors"] == []
    changes = {change["rule"]: change for change in report["changes"]}
    assert changes["TASK_QUEUE_CHANGED"] == {
        "process": "order-flow",
        "class": "breaks running executions",
        "rule": "TASK_QUEUE_CHANGED",
        "subject": "task queue",
        "before": "order-flow",
        "after": "other",
        "reason": changes["TASK_QUEUE_CHANGED"]["reason"],
        "mend": changes["TASK_QUEUE_CHANGED"]["mend"],
        "raises": "major",
        "accepted_by": "api_major 1 -> 2",
        "path": PROTO,
        "line": 12,
        "column": 3,
    }


def test_a_file_that_moved_changes_nothing_and_is_where_the_rest_is_found(repo: Path) -> None:
    moved = repo / "proto" / "contracts" / "moved.proto"
    (repo / PROTO).rename(moved)
    assert compare(repo, "HEAD").changes == ()
    edit(moved, ("string note = 1;", "string text = 1;"))
    report = compare(repo, "HEAD")
    assert set(rules(report)) == {"FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME"}
    assert {change.location.path for change in report.changes if change.location} == {
        "proto/contracts/moved.proto"
    }


def test_a_message_that_no_contract_uses_stops_nothing(repo: Path) -> None:
    edit(repo / "proto" / "shared.proto", ("string a = 1;", "uint64 a = 1;"))
    report = compare(repo, "HEAD")
    assert (report.changes, report.ok) == ((), True)
    assert report.notes == ("left out, as no contract uses the message: 1 of buf's findings",)


def test_what_only_peers_read_breaks_no_execution(repo: Path) -> None:
    edit(repo / PROTO, ("string final_status = 1;", "uint64 final_status = 1;"))
    assert rules(compare(repo, "HEAD")) == {"FIELD_WIRE_JSON_COMPATIBLE_TYPE": "breaks peers"}


def test_what_was_seen_to_is_acknowledged_with_its_reason(repo: Path) -> None:
    edit(repo / PROTO, ("rpc Confirm(ConfirmRequest) returns (ConfirmResponse);", LOCAL))
    before = compare(repo, "HEAD")
    assert not before.ok
    assert "acknowledged in pyproject.toml" in before.as_text()
    with (repo / "pyproject.toml").open("a") as file:
        file.write(ACKNOWLEDGED)
    report = compare(repo, "HEAD")
    assert report.ok
    assert [change.accepted_by for change in report.changes] == ["PATCH confirm-locally forks"]
    assert report.notes == ()

    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "two")
    (note,) = compare(repo, "HEAD").notes
    assert "ACTIVITY_LOCAL_CHANGED of order-flow" in note
    assert "remove it" in note


def test_the_patch_of_a_new_search_attribute_is_seen_in_the_code(repo: Path) -> None:
    marker = '[(process.v1.markers) = {search_attribute: "Withdrawn"}]'
    edit(
        repo / PROTO,
        ("bool withdrawn = 2;", f"bool withdrawn = 2 {marker};"),
        ("api_minor: 0", "api_minor: 1"),
    )
    code = repo / "processes" / "order_flow" / "workflow_impl.py"
    code.parent.mkdir(parents=True)
    code.write_text('class OrderFlow:\n    search_attribute_patches = {"Other": PATCH}\n')
    assert [change.rule for change in compare(repo, "HEAD").changes if change.is_open] == [
        "SEARCH_ATTRIBUTE_ADDED"
    ]
    code.write_text('class OrderFlow:\n    search_attribute_patches: Any = {"Withdrawn": PATCH}\n')
    (change,) = compare(repo, "HEAD").changes
    assert change.accepted_by == "its patch in processes/order_flow/workflow_impl.py:2"


LOCAL = """rpc Confirm(ConfirmRequest) returns (ConfirmResponse) {
    option (process.v1.activity) = {local: true};
  }"""
ACKNOWLEDGED = """
[[tool.processctl.breaking.acknowledged]]
process = "order-flow"
rule = "ACTIVITY_LOCAL_CHANGED"
subject = "activity contracts.order_flow.v1.OrderFlowActivities.Confirm"
reason = "PATCH confirm-locally forks"
"""


# What it is compared with.


def test_before_the_repo_was_there_every_process_is_new_and_that_is_said(repo: Path) -> None:
    report = compare(repo, "before")
    assert rules(report) == {"PROCESS_ADDED": "safe"}
    assert report.ok
    assert "every process is new" in report.notes[0]


def test_two_sides_without_a_process_do_not_pass_for_unchanged(repo: Path) -> None:
    (repo / PROTO).write_text('syntax = "proto3";\npackage contracts.order_flow.v1;\nmessage M {}\n')
    with pytest.raises(CouldNotRun, match="hold a process to compare"):
        compare(repo, str(repo))


def test_a_repo_that_moved_is_compared_with_the_folder_where_it_was(repo: Path) -> None:
    moved = repo.parent / "moved"
    repo.rename(moved)
    edit(moved / PROTO, ("string note = 1;", "string note = 1;\n  string more = 2;"))
    assert set(rules(compare(moved, "HEAD:services/orders"))) == {"FIELD_ADDED"}


def test_a_folder_and_an_image_do_as_well_and_need_no_git(repo: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(repo, tmp_path / "no git # here"))
    image = tmp_path / "of # yesterday.json"
    buf = shutil.which("buf", path=str(Path(sys.executable).parent)) or "buf"
    with image.open("wb") as file:
        subprocess.run([buf, "build", "-o", "-#format=json"], cwd=repo, stdout=file, check=True)
    edit(alone / PROTO, ("string note = 1;", "string note = 1;\n  string more = 2;"))
    for against in (str(repo), str(image)):
        report = compare(alone, against)
        assert rules(report) == {"FIELD_ADDED": "safe"}
        assert [error.rule for error in report.errors] == ["API_MINOR_NOT_RAISED"]


def test_a_hook_of_git_may_run_it(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert compare(repo, "HEAD").changes == ()


def test_links_of_a_revision_are_followed_as_far_as_they_stay_in_it(repo: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "broken.proto").write_text("nonsense")
    (repo / "third_party").rename(repo / "vendor")
    (repo / "third_party").symlink_to("vendor")
    (repo / "proto" / "link").symlink_to(outside)
    (repo / "proto" / "a\nb c.txt").write_text("")
    commit(repo)
    (repo / "proto" / "link").unlink()
    assert compare(repo, "HEAD").changes == ()


# What keeps it from looking: exit code 2 and one message.


def refused(repo: Path, against: str) -> str:
    with pytest.raises(CouldNotRun) as raised:
        compare(repo, against)
    assert raised.value.exit_code == 2
    return str(raised.value)


@pytest.mark.parametrize(
    "name", ["nowhere", "-x", "--help", "HEAD:nowhere", "HEAD:README", "a\nb", "a\0b", "./x", ""]
)
def test_a_revision_that_is_not_there_is_said(committed: Path, name: str) -> None:
    with pytest.raises(CouldNotRun, match="git revision") as raised:
        read_against(Repo(committed / "services" / "orders"), name)
    assert not set("\0\n") & set(str(raised.value))


def test_without_git_a_revision_is_refused_with_what_to_do(repo: Path, tmp_path: Path) -> None:
    alone = shutil.copytree(repo, tmp_path / "alone")
    assert "name a folder or an image" in refused(alone, "main")


def test_protos_that_do_not_build_are_said_for_the_side_that_they_are_of(repo: Path) -> None:
    edit(repo / PROTO, ("string note = 1;", "strin note = 1;"))
    assert "strin" in refused(repo, "before")
    commit(repo)
    edit(repo / PROTO, ("strin note = 1;", "string note = 1;"))
    message = refused(repo, "HEAD")
    assert message.startswith("HEAD:")
    assert "strin" in message


def test_a_contract_that_breaks_a_rule_is_said_for_the_side_that_it_is_of(repo: Path) -> None:
    edit(repo / PROTO, ("  api_minor: 0\n", ""))
    assert "PGP012" in refused(repo, "before")
    commit(repo)
    edit(repo / PROTO, ("  api_major: 1\n", "  api_major: 1\n  api_minor: 0\n"))
    message = refused(repo, "HEAD")
    assert message.startswith("HEAD (")
    assert "PGP012" in message


@pytest.mark.parametrize("entry", ['reason = "x"', 'process = 1\nrule = "a"\nsubject = "b"\nreason = "c"'])
def test_an_acknowledgement_without_its_parts_is_refused(repo: Path, entry: str) -> None:
    with (repo / "pyproject.toml").open("a") as file:
        file.write(f"\n[[tool.processctl.breaking.acknowledged]]\n{entry}\n")
    assert "process, rule, subject, reason" in refused(repo, "HEAD")


def test_a_folder_without_protos_and_a_file_that_is_no_image_are_refused(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no .proto file" in refused(repo, str(tmp_path / "empty"))
    (tmp_path / "image.binpb").write_bytes(b"\x07nonsense")
    assert "image.binpb" in refused(repo, str(tmp_path / "image.binpb"))


def test_the_program_ends_with_two_and_one_message(tmp_path: Path) -> None:
    done = processctl_run("breaking", "--against", "main", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no buf.gen.yaml" in done.stderr
    assert "Traceback" not in done.stderr
