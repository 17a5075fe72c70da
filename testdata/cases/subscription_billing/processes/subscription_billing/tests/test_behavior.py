"""A subscription is charged when it begins, and the receipt sent."""

import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from billing.v1.subscription_billing_process_pb2 import SubscriptionEvent
from process_runtime.testing import StandInActivities, load_registration
from subscription_billing.client import SubscriptionBillingClient
from subscription_billing.contract import SubscriptionBillingKey
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

pytestmark = pytest.mark.asyncio(loop_scope="session")


def event(key: SubscriptionBillingKey, sequence: int) -> SubscriptionEvent:
    """An envelope without a payload."""
    envelope = SubscriptionEvent()
    envelope.meta.key.tenant_id = key.tenant_id
    envelope.meta.key.subscription_id = key.subscription_id
    envelope.meta.idempotency_key = str(uuid.uuid4())
    envelope.meta.schema_version = 1
    envelope.meta.sequence = sequence
    return envelope


@pytest.fixture
def key() -> SubscriptionBillingKey:
    """A subscription nobody has heard of."""
    return SubscriptionBillingKey(tenant_id="tenant", subscription_id=f"subscription-{uuid.uuid4()}")


async def test_activities_run_with_the_options_of_the_contract(
    temporal_env: WorkflowEnvironment,
    process_worker: Callable[..., AbstractAsyncContextManager[str]],
    key: SubscriptionBillingKey,
) -> None:
    """One on this queue, one inside the worker, one on a queue of its own."""
    registration = load_registration("subscription_billing")
    stand_ins = StandInActivities()
    subscribed, unsubscribe = event(key, 1), event(key, 2)
    subscribed.subscribed.plan = "gold"
    subscribed.subscribed.price_cents = 500
    unsubscribe.unsubscribe.SetInParent()
    async with process_worker(registration, stand_ins.functions(registration)) as queue:
        client = SubscriptionBillingClient(temporal_env.client, task_queue=queue)
        await client.subscribed(subscribed)
        await client.unsubscribe(unsubscribe)
        await client.result(key)
        assert [name for name, _ in stand_ins.calls] == ["charge", "render_receipt", "send_receipt"]
        assert (await client.state(key)).charged_cents == 500


async def test_a_signal_that_starts_nothing_needs_a_process(
    temporal_env: WorkflowEnvironment, key: SubscriptionBillingKey
) -> None:
    """`starts: false`."""
    failed = event(key, 1)
    failed.charge_failed.reason = "no cover"
    with pytest.raises(RPCError) as error:
        await SubscriptionBillingClient(temporal_env.client).charge_failed(failed)
    assert error.value.status is RPCStatusCode.NOT_FOUND
