"""Calling activities from workflow code with the timeouts and retries of the contract."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

from process_runtime.workflow.arguments import activity_arguments
from process_runtime.workflow.scope import Compensation, current_scope

ResponseT = TypeVar("ResponseT", bound=Message)


class Cancellation(enum.Enum):
    """What happens to an activity when the code that waits for it is cancelled."""

    TRY_CANCEL = ActivityCancellationType.TRY_CANCEL
    """Ask it to stop and do not wait for it."""
    WAIT_CANCELLATION_COMPLETED = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
    """Ask it to stop and wait until it has; it must heartbeat to hear of it."""
    ABANDON = ActivityCancellationType.ABANDON
    """Let it run on unwatched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOptions:
    """How a failed attempt is repeated; the defaults are those of the contract language."""

    initial_interval: timedelta = timedelta(seconds=2)
    backoff_coefficient: float = 2.0
    maximum_interval: timedelta | None = timedelta(seconds=30)
    maximum_attempts: int = 5
    """0 means no limit."""
    non_retryable_error_types: tuple[str, ...] = ()

    def to_policy(self) -> RetryPolicy:
        """The same in Temporal's words."""
        return RetryPolicy(
            initial_interval=self.initial_interval,
            backoff_coefficient=self.backoff_coefficient,
            maximum_interval=self.maximum_interval,
            maximum_attempts=self.maximum_attempts,
            non_retryable_error_types=self.non_retryable_error_types or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityOptions:
    """One activity of the contract."""

    name: str
    """Temporal activity type, e.g. ``orders.v1.OrderActivities.CreateShipment``."""
    start_to_close_timeout: timedelta | None = timedelta(seconds=30)
    """Longest single attempt."""
    schedule_to_close_timeout: timedelta | None = None
    """Longest time for all attempts together."""
    schedule_to_start_timeout: timedelta | None = None
    """Longest wait for a worker."""
    heartbeat_timeout: timedelta | None = None
    """Longest silence of a running attempt. Local activities have none."""
    retry: RetryOptions = RetryOptions()
    task_queue: str | None = None
    """Another worker's queue; None is the process's own."""
    local: bool = False
    """Run in the workflow's worker, without a task of its own: cheap, for milliseconds."""
    cancellation: Cancellation = Cancellation.TRY_CANCEL
    compensated_by: ActivityOptions | None = None
    """The activity that undoes this one. It takes the same request, and runs when the process fails or is
    cancelled after this one succeeded."""


async def call_activity(
    options: ActivityOptions, request: Message, result_type: type[ResponseT]
) -> ResponseT:
    """Run an activity and return its response.

    Args:
        options: The activity and its timeouts.
        request: The activity's only argument.
        result_type: Message type of the response.

    Raises:
        temporalio.exceptions.ActivityError: The activity failed for good; its cause says why. Not caught, it
            fails the process.
    """
    scope = current_scope()
    if scope is None:
        return await execute(options, request, result_type)
    with scope.activity():
        response = await execute(options, request, result_type)
    if options.compensated_by is not None:
        scope.compensations.append(Compensation(options.compensated_by, request))
    return response


async def execute(
    options: ActivityOptions, request: Message, result_type: type[ResponseT] | None
) -> ResponseT:
    """Run an activity without telling the execution; `result_type` None leaves the response as it comes."""
    response: ResponseT
    args, retry = activity_arguments(request, retry=options.retry.to_policy())
    if options.local:
        response = await workflow.execute_local_activity(
            options.name,
            args=args,
            result_type=result_type,
            start_to_close_timeout=options.start_to_close_timeout,
            schedule_to_close_timeout=options.schedule_to_close_timeout,
            schedule_to_start_timeout=options.schedule_to_start_timeout,
            retry_policy=retry,
            cancellation_type=options.cancellation.value,
        )
    else:
        response = await workflow.execute_activity(
            options.name,
            args=args,
            result_type=result_type,
            task_queue=options.task_queue,
            start_to_close_timeout=options.start_to_close_timeout,
            schedule_to_close_timeout=options.schedule_to_close_timeout,
            schedule_to_start_timeout=options.schedule_to_start_timeout,
            heartbeat_timeout=options.heartbeat_timeout,
            retry_policy=retry,
            cancellation_type=options.cancellation.value,
        )
    return response
