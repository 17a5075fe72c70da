"""Orders end when they ship or are cancelled."""

import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderFulfillmentEvent
from order_fulfillment.client import OrderFulfillmentClient
from order_fulfillment.contract import OrderFulfillmentKey
from process_runtime.testing import load_registration
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.testing import WorkflowEnvironment


def event(key: OrderFulfillmentKey) -> OrderFulfillmentEvent:
    """An envelope without a payload."""
    envelope = OrderFulfillmentEvent()
    envelope.meta.key.tenant_id = key.tenant_id
    envelope.meta.key.order_id = key.order_id
    envelope.meta.idempotency_key = str(uuid.uuid4())
    envelope.meta.schema_version = 1
    return envelope


@pytest.mark.asyncio(loop_scope="session")
async def test_an_order_is_started_by_its_first_event_and_never_again(
    temporal_env: WorkflowEnvironment, process_worker: Callable[..., AbstractAsyncContextManager[str]]
) -> None:
    """Two facts, sent as signals; a third is too late."""
    key = OrderFulfillmentKey(tenant_id="tenant", order_id=f"order-{uuid.uuid4()}")
    placed, shipped = event(key), event(key)
    placed.order_placed.order_id = shipped.shipment_created.order_id = key.order_id
    async with process_worker(load_registration("order_fulfillment")) as queue:
        client = OrderFulfillmentClient(temporal_env.client, task_queue=queue)
        await client.order_placed(placed)
        await client.shipment_created(shipped)
        result = await client.result(key)
        assert (result.order_id, result.final_status) == (key.order_id, "shipped")
        with pytest.raises(WorkflowAlreadyStartedError):
            await client.order_placed(placed)
