"""Leave is requested, decided and asked about through the generated client."""

import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from leave.v1.leave_request_process_pb2 import DaysLeft, LeaveEvent, LeaveRequestStartV1
from leave_request.client import LeaveRequestClient
from leave_request.contract import LeaveRequestKey, key_of_event, workflow_id
from process_runtime.testing import load_registration
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import CancelledError, WorkflowAlreadyStartedError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

pytestmark = pytest.mark.asyncio(loop_scope="session")

ProcessWorker = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def key() -> LeaveRequestKey:
    """An employee nobody has heard of."""
    return LeaveRequestKey(employee_id=f"employee-{uuid.uuid4()}")


def event(key: LeaveRequestKey) -> LeaveEvent:
    """An envelope without a payload."""
    envelope = LeaveEvent()
    envelope.meta.key.employee_id = key.employee_id
    envelope.meta.idempotency_key = str(uuid.uuid4())
    envelope.meta.schema_version = 1
    return envelope


def request_for(key: LeaveRequestKey, days: int) -> LeaveEvent:
    """A request for some days."""
    envelope = event(key)
    envelope.request_leave.days = days
    return envelope


def decision_for(key: LeaveRequestKey, *, approved: bool) -> LeaveEvent:
    """A decision of the manager."""
    envelope = event(key)
    envelope.decide_leave.approved = approved
    return envelope


async def test_a_year_of_leave(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker, key: LeaveRequestKey
) -> None:
    """From the first request, which starts the process, to the result."""
    async with process_worker(load_registration("leave_request")) as queue:
        client = LeaveRequestClient(temporal_env.client, task_queue=queue)

        request = request_for(key, 20)
        assert (await client.request_leave(request)).days_left == 10
        assert (await client.request_leave(request)).days_left == 10
        assert (await client.state(key)).requested == 20
        assert (await client.days_left(key, DaysLeft(year=2026))).days == 10
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await client.request_leave(request_for(key, 11))
        assert "not that many days" in str(refused.value.cause)

        assert (await client.decide_leave(decision_for(key, approved=True))).status == "approved"
        holiday = event(key)
        holiday.public_holiday_announced.SetInParent()
        await client.public_holiday_announced(holiday)
        assert (await client.request_leave(request_for(key, 11))).days_left == 0
        assert await client.phase(key) == ""
        await client.decide_leave(decision_for(key, approved=True))

        assert (await client.result(key)).taken == 30
        description = await client.describe(key)
        assert description.id == workflow_id(key)
        assert description.status is WorkflowExecutionStatus.COMPLETED
        with pytest.raises(WorkflowAlreadyStartedError):
            await client.request_leave(request_for(key, 1))


async def test_a_started_process_is_cancelled(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker, key: LeaveRequestKey
) -> None:
    """Started without an event."""
    async with process_worker(load_registration("leave_request")) as queue:
        client = LeaveRequestClient(temporal_env.client, task_queue=queue)
        start = LeaveRequestStartV1(start_version=1)
        start.key.employee_id = key.employee_id
        handle = await client.start(start)
        with pytest.raises(WorkflowAlreadyStartedError):
            await client.start(start)
        assert handle.id == client.handle(key).id == workflow_id(key)
        await client.cancel(key)
        with pytest.raises(WorkflowFailureError) as failure:
            await client.result(key)
        assert isinstance(failure.value.cause, CancelledError)


async def test_what_starts_nothing_needs_a_process(
    temporal_env: WorkflowEnvironment, key: LeaveRequestKey
) -> None:
    """`starts: false`: the decision about a request that nobody made."""
    with pytest.raises(RPCError):
        await LeaveRequestClient(temporal_env.client).decide_leave(decision_for(key, approved=True))


async def test_a_method_takes_its_own_event_only(
    temporal_env: WorkflowEnvironment, key: LeaveRequestKey
) -> None:
    """An envelope with another event, or none, is a mistake of the caller."""
    client = LeaveRequestClient(temporal_env.client)
    with pytest.raises(ValueError, match=r"holds leave\.RequestLeave\.v1, not leave\.DecideLeave\.v1"):
        await client.decide_leave(request_for(key, 1))
    empty = event(key)
    assert key_of_event(empty) == key
    with pytest.raises(ValueError, match="holds no event of this contract"):
        await client.request_leave(empty)
