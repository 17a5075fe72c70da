"""`processctl dlq resend`: a message once more through the stages of an ingress, until Temporal has it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf import json_format
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.dead_letters import DeadLetter
from tests.processctl.dlq.conftest import Letters, Processctl, Said
from tests.runtime.dead_letters.contract import letter
from tests.runtime.ingress.dev_server import DevServer, free_port
from tests.runtime.ingress.parcels import event, workflow_id

ROOT = Path(__file__).parents[3]
PARCEL = ("--package", "tests.processctl.dlq.parcel", "--yes")

Resend = Callable[..., Said]


def kept(case: str, key: str, number: int = 1, reason: str = "no_process", **fields: object) -> DeadLetter:
    """Return the letter of an event."""
    body = json_format.MessageToJson(event(case, key, number, **fields)).encode()
    return letter(f"{key} {number}", body, content_type="application/json", reason=reason)


@pytest.fixture
def resend(processctl: Processctl, temporal: DevServer, monkeypatch: pytest.MonkeyPatch) -> Resend:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal.address)
    return lambda *arguments: processctl("resend", *arguments, *PARCEL)


async def test_letters_are_sent_again_in_their_order_and_closed(
    resend: Resend, letters: Letters, client: Client, worker: Worker
) -> None:
    written = [kept("posted", "again", number) for number in range(3)] + [kept("weigh", "again", 3)]
    await asyncio.to_thread(letters.write, *written)
    said = await asyncio.to_thread(resend, "--all")
    assert said.code == 0, said.error
    assert said.out.splitlines()[0] == (
        f"{written[0].id} sent (delivered parcels.Posted.v1 {workflow_id('again')})"
    )
    assert said.out.splitlines()[-1] == "4 sent, 0 stay, 0 not tried"
    assert await asyncio.to_thread(letters.open) == []
    events = await client.get_workflow_handle(workflow_id("again")).query("events")
    assert events == [f"parcels.Posted.v1 again-{number}" for number in range(3)]


async def test_what_cannot_succeed_again_stays_and_is_code_1(
    resend: Resend, letters: Letters, client: Client, worker: Worker
) -> None:
    written = [
        kept("posted", "closed", 1, "late"),
        kept("delivered", "closed", 2, "late"),
        kept("posted", "closed", 3, "late"),
        letter("torn", b"{", content_type="application/json"),
    ]
    await asyncio.to_thread(letters.write, *written)
    assert (await asyncio.to_thread(resend, written[0].id, written[1].id)).code == 0
    await client.get_workflow_handle(workflow_id("closed")).result()
    said = await asyncio.to_thread(resend, "--all", "--json")
    assert said.code == 1
    assert (said.json["sent"], said.json["stay"]) == (0, 2)
    (late,), (torn,) = (sent["events"] for sent in said.json["letters"])
    assert (late["outcome"], late["reason"], late["workflow_id"]) == (
        "rejected",
        "late",
        workflow_id("closed"),
    )
    assert torn["reason"] == "undecodable"
    assert await asyncio.to_thread(letters.open) == [written[2].id, written[3].id]


async def test_only_what_was_asked_for_is_sent(
    resend: Resend, letters: Letters, client: Client, worker: Worker
) -> None:
    written = [
        kept("posted", "some", 1, "late"),
        kept("posted", "some", 2),
        kept("posted", "some", 3, "late"),
    ]
    await asyncio.to_thread(letters.write, *written)
    said = await asyncio.to_thread(resend, "--all", "--reason", "late", "--limit", "1")
    assert said.code == 0
    assert await asyncio.to_thread(letters.open) == [written[1].id, written[2].id]


async def test_a_reply_is_printed(resend: Resend, letters: Letters, worker: Worker) -> None:
    written = kept("weigh", "weighed")
    await asyncio.to_thread(letters.write, written)
    said = await asyncio.to_thread(resend, written.id, "--json")
    assert said.json["letters"][0]["events"][0]["reply"] == {"grams": 100}


async def test_while_temporal_is_away_nothing_is_closed(
    processctl: Processctl, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    await asyncio.to_thread(letters.write, kept("posted", "away"))
    said = await asyncio.to_thread(processctl, "resend", "--all", *PARCEL)
    assert said.code == 1
    assert said.error.startswith("Temporal at 127.0.0.1:")
    assert await asyncio.to_thread(letters.open) == [kept("posted", "away").id]


async def test_what_is_not_taken_now_stays(
    resend: Resend, letters: Letters, temporal: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker runs, so nobody takes the update."""
    monkeypatch.setenv("DELIVERY_TIMEOUT", "100ms")
    written = kept("weigh", "nobody")
    await asyncio.to_thread(letters.write, written)
    said = await asyncio.to_thread(resend, written.id, "--timeout", "0.1")
    assert said.code == 1
    assert f"{written.id} stays (retry: " in said.out
    assert await asyncio.to_thread(letters.open) == [written.id]


def test_settings_that_are_missing_are_named(
    processctl: Processctl, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    said = processctl("resend", "--all", *PARCEL)
    assert said.code == 1
    assert "TEMPORAL_ADDRESS: is not set" in said.error


def test_a_package_that_is_not_there_is_said(
    resend: Resend, processctl: Processctl, letters: Letters
) -> None:
    said = processctl("resend", "--all", "--yes", "--package", "no_such_package")
    assert said.code == 1
    assert "no_such_package.router cannot be imported" in said.error
    said = processctl("resend", "--all", "--yes")
    assert said.code == 1
    assert "no buf.gen.yaml here" in said.error


async def test_the_processes_of_a_repo_are_found(temporal: DevServer, client: Client, tmp_path: Path) -> None:
    body = (
        b'{"meta": {"idempotencyKey": "1", "schemaVersion": 1, "key": {"tenantId": "a", "orderId": "R-1"}},'
        b' "orderPlaced": {"orderId": "R-1"}}'
    )
    written = letter("1", body, content_type="application/json")
    await asyncio.to_thread(Letters(tmp_path / "dead.jsonl").write, written)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "processctl", "dlq", "resend", written.id, "--yes"],
        cwd=ROOT / "examples" / "order_fulfillment",
        env=os.environ
        | {"TEMPORAL_ADDRESS": temporal.address, "DEAD_LETTER_FILE": str(tmp_path / "dead.jsonl")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    described = await client.get_workflow_handle("proc/order-fulfillment/a/R-1").describe()
    assert described.workflow_type == "example.processes.order.v1.OrderFulfillmentWorkflow"
