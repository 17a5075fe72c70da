"""A request is one execution, however often it is made."""

import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from payment_request.client import PaymentRequestClient
from payment_request.contract import workflow_id
from payments.v1.payment_request_process_pb2 import PaymentRequestEnvelope
from process_runtime.testing import load_registration
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.testing import WorkflowEnvironment


@pytest.mark.asyncio(loop_scope="session")
async def test_the_event_is_the_start_and_its_repetition_nothing(
    temporal_env: WorkflowEnvironment, process_worker: Callable[..., AbstractAsyncContextManager[str]]
) -> None:
    """The payload is in the start message, the idempotency key in the workflow ID."""
    envelope = PaymentRequestEnvelope()
    envelope.meta.request_id = f"request-{uuid.uuid4()}"
    envelope.meta.account.account_id = "account"
    envelope.meta.version = 1
    envelope.request_payment.cents = 100
    async with process_worker(load_registration("payment_request")) as queue:
        client = PaymentRequestClient(temporal_env.client, task_queue=queue)
        handle = await client.request_payment(envelope)
        assert handle.id == workflow_id(envelope.meta.request_id)
        assert (await handle.result()).accepted
        assert (await client.result(envelope.meta.request_id)).accepted
        with pytest.raises(WorkflowAlreadyStartedError):
            await client.request_payment(envelope)
