"""What is called safe, histories of real executions replay with; what needs patching, they do not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from processctl.breaking.command import compare
from processctl.breaking.rule import Class
from tests.plugin.plugin_contracts import ROOT
from tests.processctl.test_command_line import processctl_run

EXAMPLE = ROOT / "examples" / "order_fulfillment"
PROTO = "proto/example/processes/order/v1/order_fulfillment_process.proto"
SAFE = (
    # Other timeouts and retries, another queue of an activity; an event, a query and an activity more.
    (
        "start_to_close_timeout: {seconds: 5}",
        "start_to_close_timeout: {seconds: 6} heartbeat_timeout: {seconds: 2}",
    ),
    ("maximum_attempts: 20", "maximum_attempts: 7"),
    ('compensated_by: "CancelShipment"', 'compensated_by: "CancelShipment" task_queue: "ships"'),
    ("execution_timeout: {seconds: 7776000}", "run_timeout: {seconds: 60} versioning_behavior: PINNED"),
    ("api_minor: 0", 'api_minor: 1 schedules: {name: "s" cron: "@daily"} reuse_policy: ALLOW_DUPLICATE'),
    ("CancelOrder cancel_order = 50;", "CancelOrder cancel_order = 50;\n    OrderHeld order_held = 51;"),
    (
        "string source = 3;",
        "string source = 3;\n  int64 seen = 9 [(process.v1.markers) = {aggregate_version: true}];",
    ),
    (
        "// --- Commands (typed) ---",
        """message OrderHeld {
  option (process.v1.fact) = {};
  option (ameide_core_proto.common.v1.event_fact) = {type: "orders.OrderHeld.v1"};
}
message Paid {
  option (process.v1.query) = {response: "example.processes.order.v1.OrderKey"};
}""",
    ),
    # A signal that is replied to from now on.
    ("{delivery: SIGNAL}", '{delivery: UPDATE response: "example.processes.order.v1.OrderKey"}'),
    ("string reason = 1;", "string reason = 1;\n  string who = 2;"),
    ("string cancel_reason = 8;", "string cancel_reason = 8;\n  optional string more = 9;"),
    (
        "rpc NotifyCustomer(",
        "rpc Log(CreateShipmentRequest) returns (CreateShipmentResponse);\n  rpc NotifyCustomer(",
    ),
)
LOCAL = ('compensated_by: "CancelShipment"', 'compensated_by: "CancelShipment" local: true')


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A copy of the example, with its recorded histories."""
    ignored = shutil.ignore_patterns(".*_cache", "__pycache__")
    return Path(shutil.copytree(EXAMPLE, tmp_path / "orders", ignore=ignored))


def change(repo: Path, *edits: tuple[str, str], scaffold: bool) -> None:
    """Edit the contract, and generate anew; `scaffold` adds the handlers that it asks for."""
    path = repo / PROTO
    text = path.read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)
    done = processctl_run("generate", "--scaffold" if scaffold else "--no-scaffold", folder=repo)
    assert done.returncode == 0, done.stderr


@pytest.mark.requirement("R044", "R046")
def test_histories_replay_with_what_is_safe(orders: Path) -> None:
    change(orders, *SAFE, scaffold=True)
    report = compare(orders, str(EXAMPLE))
    assert {found.kind for found in report.changes} == {Class.SAFE}
    assert report.ok, report.as_text()
    replayed = processctl_run("replay", folder=orders)
    assert replayed.returncode == 0, replayed.stdout


def test_histories_do_not_replay_with_what_needs_patching(orders: Path) -> None:
    change(orders, LOCAL, scaffold=False)
    report = compare(orders, str(EXAMPLE))
    assert {found.kind for found in report.changes} == {Class.NEEDS_PATCHING}
    replayed = processctl_run("replay", folder=orders)
    assert replayed.returncode == 1, replayed.stdout
    assert "3 differ" in replayed.stdout
