"""Claims are handled alike, whichever version of the start message began them."""

import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from claim_handling.client import ClaimHandlingClient
from claim_handling.contract import WORKFLOW_TYPE, ClaimHandlingKey, workflow_id
from claim_handling.router import ClaimHandlingRouter
from claims.v1.claim_handling_process_pb2 import (
    ClaimEvent,
    ClaimHandlingStartV1,
    ClaimHandlingStartV2,
    ClaimHandlingStartV4,
    ClaimKey,
)
from google.protobuf.message import Message
from process_runtime.ingress.decode import decode
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import RawMessage
from process_runtime.ingress.route import route
from process_runtime.ingress.validate import validate
from process_runtime.metrics import Metrics
from process_runtime.testing import load_registration
from temporalio.testing import WorkflowEnvironment

pytestmark = pytest.mark.asyncio(loop_scope="session")

ProcessWorker = Callable[..., AbstractAsyncContextManager[str]]


def filed(claim_id: str) -> ClaimEvent:
    """The claim was filed online."""
    envelope = ClaimEvent()
    envelope.meta.key.claim_id = claim_id
    envelope.meta.idempotency_key = str(uuid.uuid4())
    envelope.meta.schema_version = 1
    envelope.claim_filed.channel = "online"
    return envelope


def started_as(version: int, claim_id: str) -> Message:
    """The start message of a version, as its clients sent it."""
    key = ClaimKey(claim_id=claim_id)
    return {
        1: ClaimHandlingStartV1(start_version=1, claim_id=claim_id),
        2: ClaimHandlingStartV2(version=2, key=key),
        4: ClaimHandlingStartV4(start_version=4, key=key, channel="online"),
    }[version]


@pytest.mark.parametrize(("version", "paid_cents"), [(1, 0), (2, 0), (4, 100)])
async def test_a_claim_begun_with_any_version_is_handled_as_the_newest(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker, version: int, paid_cents: int
) -> None:
    """Older versions know no channel: their claims came by mail, which is not paid at once."""
    claim_id = str(uuid.uuid4())
    async with process_worker(load_registration("claim_handling")) as queue:
        client = ClaimHandlingClient(temporal_env.client, task_queue=queue)
        await temporal_env.client.start_workflow(
            WORKFLOW_TYPE,
            started_as(version, claim_id),
            id=workflow_id(ClaimHandlingKey(claim_id)),
            task_queue=queue,
        )
        await client.claim_filed(filed(claim_id))
        assert (await client.result(ClaimHandlingKey(claim_id))).paid_cents == paid_cents


@pytest.mark.parametrize("sender", ["ingress", "client"])
async def test_the_newest_version_is_sent(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker, sender: str
) -> None:
    """By ingress, and by the generated client."""
    envelope = filed(str(uuid.uuid4()))
    async with process_worker(load_registration("claim_handling")) as queue:
        client = ClaimHandlingClient(temporal_env.client, task_queue=queue)
        if sender == "client":
            await client.claim_filed(envelope)
        else:
            await deliver(temporal_env, queue, envelope)
        handle = client.handle(ClaimHandlingKey(envelope.meta.key.claim_id))
        assert (await handle.result()).paid_cents == 100
        [begun, *_] = (await handle.fetch_history()).events
        [start] = begun.workflow_execution_started_event_attributes.input.payloads
        assert start.metadata["messageType"] == b"claims.v1.ClaimHandlingStartV4"


async def deliver(temporal_env: WorkflowEnvironment, queue: str, envelope: ClaimEvent) -> None:
    """Take `envelope` through the stages of an ingress."""
    message = RawMessage(
        subscription="claims",
        adapter="test",
        position="0",
        body=envelope.SerializeToString(),
        content_type="application/protobuf",
    )
    decoded = decode(message, [ClaimHandlingRouter()])
    deliverer = Deliverer(
        lambda: temporal_env.client, task_queue=queue, timeout=timedelta(seconds=60), metrics=Metrics()
    )
    await deliverer.deliver(route(decoded, validate(decoded)))
