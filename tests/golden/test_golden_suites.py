"""The generated tests run: green for processes that people implemented, red for what is missing or broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from protoc_gen_process.model import Kind
from tests.golden import cases
from tests.golden.workspace import Workspace

pytestmark = pytest.mark.xdist_group("golden")

ORDER = "order_fulfillment"
ROUTING = f"{ORDER}/tests/test_routing_contract.py"
ROUTING_TEST = f"{ROUTING}::test_every_case_of_the_envelope_has_a_route_and_a_handler"
WORKFLOW_ID = f"{ORDER}/tests/test_workflow_id_contract.py"
POLICY = f"{ORDER}/tests/test_determinism_policy.py"
VERSIONING = f"{ORDER}/tests/test_versioning_contract.py"


@pytest.mark.requirement("R093", "R095", "R128")
def test_generated_tests_pass_for_processes_that_people_implemented(workspace: Workspace) -> None:
    outcomes = workspace.run_tests(
        *(f"{process.package}/tests" for process in workspace.implemented), records=True
    )
    assert set(outcomes.values()) == {"PASSED"}, workspace.report
    for process in workspace.implemented:
        for event in process.events:
            name = f"{process.package}/tests/test_idempotency_invariants.py"
            assert f"{name}::test_the_same_event_twice_is_applied_once[{event.case}]" in outcomes
            again = f"{name}::test_the_same_event_after_continue_as_new_is_applied_once[{event.case}]"
            assert (again in outcomes) == (process.kind is Kind.ENTITY)


def test_behaviour_tests_of_people_pass_through_the_generated_clients(workspace: Workspace) -> None:
    folders = [workspace.root / "processes" / process.package / "tests" for process in workspace.implemented]
    outcomes = workspace.run_tests(*(str(folder) for folder in folders if folder.exists()))
    assert len(outcomes) >= 8
    assert set(outcomes.values()) == {"PASSED"}, workspace.report


@pytest.mark.requirement("R094")
def test_behaviour_is_red_until_somebody_implements_it(workspace: Workspace) -> None:
    outcomes = workspace.run_tests(*(f"{process.package}/tests" for process in workspace.scaffolded))
    behaviour = {name for name in outcomes if "test_idempotency" in name or "test_replay" in name}
    upgrades = {name for name in outcomes if "test_versioning" in name and is_upgraded(workspace, name)}
    assert len(behaviour) > len(workspace.scaffolded)
    assert {name for name, outcome in outcomes.items() if outcome == "FAILED"} == behaviour | upgrades
    assert {outcome for name, outcome in outcomes.items() if name not in behaviour | upgrades} == {"PASSED"}


def is_upgraded(workspace: Workspace, test: str) -> bool:
    """Whether the process that `test` belongs to has several start versions, which people upgrade."""
    package = test.partition("/")[0]
    return any(p.package == package and len(p.start.versions) > 1 for p in workspace.scaffolded)


@pytest.fixture
def order(tmp_path: Path) -> Workspace:
    """A repo with one implemented process, to break."""
    return Workspace(tmp_path, [ORDER])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_what_the_tests_below_break_is_whole_before(order: Workspace) -> None:
    outcomes = order.run_tests(ROUTING, WORKFLOW_ID, POLICY, VERSIONING)
    assert list(outcomes.values()) == ["PASSED"] * 4, order.report


@pytest.mark.requirement("R067")
def test_a_case_added_to_the_envelope_is_red_until_generated_again(order: Workspace, tmp_path: Path) -> None:
    protos = tmp_path / "proto"
    shutil.copytree(cases.CASES / ORDER / "proto", protos)
    [file] = protos.rglob("*.proto")
    edit(
        file,
        "CancelOrder        cancel_order",
        "OrderPlaced order_placed_again = 49;\n    CancelOrder cancel_order",
    )
    cases.run_protoc(protos, f"--python_out={order.python}")
    assert order.run_tests(ROUTING) == {ROUTING_TEST: "FAILED"}
    assert "order_placed_again: generate again" in order.report


@pytest.mark.requirement("R067")
def test_a_handler_that_is_missing_is_red_and_named(order: Workspace) -> None:
    edit(order.root / "processes" / ORDER / "workflow_impl.py", "def on_cancel_order", "def cancel")
    assert order.run_tests(ROUTING) == {ROUTING_TEST: "FAILED"}
    assert "does not implement on_cancel_order" in order.report


def test_a_missing_implementation_fails_each_test_that_needs_it_and_skips_none(order: Workspace) -> None:
    shutil.rmtree(order.root / "processes")
    outcomes = order.run_tests(f"{ORDER}/tests")
    assert set(outcomes.values()) == {"FAILED"}
    assert "processctl scaffold" in order.report


@pytest.mark.requirement("R095")
def test_another_form_of_workflow_ids_is_red(order: Workspace) -> None:
    edit(order.generated / ORDER / "contract.py", '"proc/order-fulfillment/"', '"order-fulfillment/"')
    assert set(order.run_tests(WORKFLOW_ID).values()) == {"FAILED"}


def test_workflow_code_that_a_replay_cannot_repeat_is_red(order: Workspace) -> None:
    module = order.root / "processes" / ORDER / "workflow_impl.py"
    edit(module, '"""Nothing to do yet."""', "import time\n\n        self.phase = str(time.time())")
    assert set(order.run_tests(POLICY).values()) == {"FAILED"}
    assert "time.time" in order.report
