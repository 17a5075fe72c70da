"""What the ingress makes of an event whose payload cannot be sent."""

import uuid
from pathlib import Path

import pytest

from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import Outcome, RawMessage, Reason, Rejection, RoutedEvent, Transient
from process_runtime.metrics import Metrics
from process_runtime.payloads.settings import PayloadSettings
from tests.runtime.payloads.vault import PATIENCE, Vault, settings
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.router import LedgerRouter

pytestmark = pytest.mark.asyncio(loop_scope="session")


def deliverer(vault: Vault, payloads: PayloadSettings) -> Deliverer:
    client = vault.client(payloads)
    return Deliverer(lambda: client, task_queue=vault.queue, timeout=PATIENCE, metrics=Metrics())


def routed(envelope: ledger_pb2.LedgerEvent) -> RoutedEvent:
    router = LedgerRouter()
    envelope.meta.account_id = str(uuid.uuid4())
    meta, route = router.meta_of(envelope), router.route_of(envelope)
    assert meta is not None
    assert route is not None
    return RoutedEvent(
        message=RawMessage(body=b"", subscription="ledger", adapter="test", position="1"),
        router=router,
        envelope=envelope,
        meta=meta,
        route=route,
        workflow_id=router.workflow_id(envelope),
        start=router.start_message(envelope),
    )


LARGE = events.booked("k" * 21_000)
LARGE_COMMAND = events.transfer("k" * 21_000, 1)


@pytest.mark.parametrize("envelope", [LARGE, LARGE_COMMAND], ids=["signal", "update"])
async def test_an_event_too_large_is_rejected_for_good(
    vault: Vault, envelope: ledger_pb2.LedgerEvent
) -> None:
    with pytest.raises(Rejection) as caught:
        await deliverer(vault, settings(payload_max_bytes=20_000)).deliver(routed(envelope))
    assert caught.value.reason is Reason.TOO_LARGE
    assert "LedgerEvent has 21," in str(caught.value)


@pytest.mark.parametrize("envelope", [LARGE, LARGE_COMMAND], ids=["signal", "update"])
async def test_an_event_that_the_store_does_not_take_comes_again(
    vault: Vault, tmp_path: Path, envelope: ledger_pb2.LedgerEvent
) -> None:
    store = tmp_path / "store"
    store.mkdir()
    ingress = deliverer(vault, settings(payload_store=f"file://{store}", payload_offload_bytes=2000))
    store.rmdir()
    store.write_text("no folder")
    with pytest.raises(Transient, match="cannot be written to PAYLOAD_STORE"):
        await ingress.deliver(routed(envelope))
    store.unlink()
    store.mkdir()
    event = routed(LARGE)
    assert (await ingress.deliver(event)).outcome is Outcome.DELIVERED
    await vault.server.get_workflow_handle(event.workflow_id).terminate()
