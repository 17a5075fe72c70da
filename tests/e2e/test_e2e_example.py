"""The order example as a repo of somebody's: it regenerates to what is committed, grows, and runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.folders import CHECKOUT, Folder

GENERATED_TESTS = "build/generated/process/order_fulfillment/tests"
HUMAN = "processes/order_fulfillment"

pytestmark = pytest.mark.xdist_group("example")


def with_another_fact(example: Folder) -> None:
    """Add a case to the envelope's oneof, and the fact it carries."""
    proto = next((example.path / "proto").rglob("*.proto"))
    text = proto.read_text()
    last = "    ShipmentCreated shipment_created = 12;\n"
    text = text.replace(last, f"{last}    OrderReturned order_returned = 13;\n")
    text += (
        "\n// The customer sent it back.\n"
        "message OrderReturned {\n"
        "  option (process.v1.fact) = {};\n"
        '  option (ameide_core_proto.common.v1.event_fact) = {type: "orders.OrderReturned.v1"};\n'
        "  string order_id = 1;\n"
        "}\n"
    )
    proto.write_text(text)


def test_a_second_scaffold_changes_nothing(example: Folder) -> None:
    before = example.files()
    done = example.run("processctl", "scaffold")
    assert "nothing to add" in done.stdout
    assert example.files() == before


@pytest.mark.requirement("R036", "R080", "R067")
def test_a_new_case_fails_the_routing_test_until_generated(example: Folder) -> None:
    routing = f"{GENERATED_TESTS}/test_routing_contract.py"
    example.pytest(routing)
    with_another_fact(example)
    human = example.files(HUMAN)

    # The messages are new, what was generated for the process is not.
    protoc = ["python", "-m", "grpc_tools.protoc"]
    python = {"protoc_builtin": "python", "protoc_path": protoc, "out": "build/generated/python"}
    template = {"version": "v2", "plugins": [python], "inputs": [{"directory": "proto"}]}
    example.run("buf", "generate", "--template", json.dumps(template))
    stale = example.pytest(routing, succeeds=False)
    assert stale.returncode == 1
    assert "order_returned" in stale.stdout
    assert "generate again" in stale.stdout

    dry = example.run("processctl", "scaffold", "--dry-run")
    assert "+    async def on_order_returned(" in dry.stdout
    assert example.files(HUMAN) == human

    example.run("processctl", "generate")
    example.pytest(routing)
    after = example.files(HUMAN)
    changed = {name for name in after if after[name] != human.get(name)}
    assert changed == {"workflow_impl.py"}
    before = human["workflow_impl.py"].decode().splitlines()
    added = [line for line in after["workflow_impl.py"].decode().splitlines() if line not in before]
    assert [line.split("(")[0].split()[-1] for line in added if "def " in line] == ["on_order_returned"]

    again = example.run("processctl", "generate")
    assert "nothing to add" in again.stdout


@pytest.mark.requirement("R077", "R128")
def test_its_own_tests_pass_in_a_fresh_process(example: Folder) -> None:
    """Behaviour, the generated contract tests, and the replay of the committed histories."""
    done = example.pytest()
    assert " passed" in done.stdout
    assert list((example.path / HUMAN / "tests" / "histories").glob("*.json"))


def test_the_demo_holds_and_its_histories_replay_in_a_fresh_process(example: Folder) -> None:
    histories = example.path / HUMAN / "tests" / "histories"
    committed = {path.name for path in histories.iterdir()}
    shutil.rmtree(histories)
    done = example.run("python", "-m", "demo", "--record", histories)
    assert "all 11 checks hold" in done.stdout
    assert {path.name for path in histories.iterdir()} == committed
    example.pytest(f"{GENERATED_TESTS}/test_replay.py")


@pytest.mark.parametrize("broker", ["kafka", "nats"])
def test_the_demo_holds_over_a_real_broker(example: Folder, broker: str) -> None:
    done = example.run("python", "-m", "demo", "--broker", broker)
    assert "all 11 checks hold" in done.stdout


def test_a_history_does_not_replay_on_code_that_decides_otherwise(example: Folder) -> None:
    implementation = example.path / HUMAN / "workflow_impl.py"
    text = implementation.read_text()
    swapped = text.replace("self.activities.capture_payment(", "self.activities.refund_payment(")
    assert swapped != text
    implementation.write_text(swapped)
    broken = example.pytest(f"{GENERATED_TESTS}/test_replay.py", succeeds=False)
    assert broken.returncode == 1
    assert "a-1001.json: the replay differs at event" in broken.stdout
    assert "workflow_impl.py" in broken.stdout


def test_the_committed_protobuf_modules_are_what_the_protos_give(tmp_path: Path) -> None:
    """`make protos` changes nothing."""
    checkout = Folder(CHECKOUT)
    template = (CHECKOUT / "buf.gen.yaml").read_text()
    template = template.replace("out: gen", f"out: {tmp_path / 'gen'}").replace("clean: true", "clean: false")
    (tmp_path / "template.gen.yaml").write_text(template)
    checkout.run("buf", "generate", "--template", tmp_path / "template.gen.yaml")
    committed = checkout.files("gen", suffixes=(".py", ".pyi"))
    assert Folder(tmp_path / "gen").files() == committed
    tracked = checkout.run("git", "ls-files", "gen").stdout.split()
    assert {f"gen/{name}" for name in committed} <= set(tracked)
