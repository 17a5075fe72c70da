"""Calling activities from workflow code with the timeouts and retries of the contract."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, TimeoutType
from temporalio.exceptions import TimeoutError as ActivityTimeoutError
from temporalio.workflow import ActivityCancellationType

from process_runtime.workflow.arguments import activity_arguments
from process_runtime.workflow.scope import Compensation, ProcessScope, current_scope
from process_runtime.workflow.shielded import wait_shielded

ResponseT = TypeVar("ResponseT", bound=Message)
StubT = TypeVar("StubT", bound=Callable[..., Any])

_OPTIONS: Final = "__activity_options__"


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
    cancelled after this one succeeded, or may have: its last attempt was not heard of in time."""

    def stub(self, method: StubT) -> StubT:
        """Mark a stub method as calling this activity, so that the method can stand for it."""
        setattr(method, _OPTIONS, self)
        return method


def options_of(stub: Callable[..., Any]) -> ActivityOptions:
    """The activity that a stub method calls.

    Raises:
        TypeError: It is no stub method of an activity.
    """
    options = getattr(stub, _OPTIONS, None)
    if not isinstance(options, ActivityOptions):
        raise TypeError(
            f"{stub!r} is no activity of the contract; pass a method such as self.activities.undo"
        )
    return options


async def call_activity(
    options: ActivityOptions, request: Message, result_type: type[ResponseT]
) -> ResponseT:
    """Run an activity and return its response.

    A cancellation does not leave behind what nobody knows of. It waits for the outcome of an activity with
    ``compensated_by``, repetitions included, and what was done is owed as a compensation; only a contract
    that says ``cancellation: WAIT`` has the activity asked to stop, and whatever comes of it is owed. Any
    other activity that is called while a compensation is owed is asked to stop, and waited for until it has.

    Args:
        options: The activity and its timeouts.
        request: The activity's only argument.
        result_type: Message type of the response.

    Raises:
        temporalio.exceptions.ActivityError: The activity failed for good; its cause says why. Not caught, it
            fails the process.
        asyncio.CancelledError: The caller was cancelled meanwhile, whatever became of the activity.
    """
    scope = current_scope()
    if scope is None:
        return await start(options, request, result_type, options.cancellation)
    scope.refuse_if_ended()
    with scope.activity():
        if options.compensated_by is not None:
            return await _call_compensated(scope, options, options.compensated_by, request, result_type)
        cancellation = options.cancellation
        if scope.compensations and cancellation is Cancellation.TRY_CANCEL:
            cancellation = Cancellation.WAIT_CANCELLATION_COMPLETED
        call = start(options, request, result_type, cancellation)
        # Awaited as it is, it forgets the cancellation if the activity succeeds in spite of it, and otherwise
        # raises an ActivityError, which people take for the failure of a step.
        if await wait_shielded(call, call.cancel):
            raise asyncio.CancelledError
        return call.result()


async def _call_compensated(
    scope: ProcessScope,
    options: ActivityOptions,
    undo: ActivityOptions,
    request: Message,
    result_type: type[ResponseT],
) -> ResponseT:
    # Copied: what people do with their message later is not what was done.
    owed = Compensation(undo, _copy(request))
    call = start(options, request, result_type, Cancellation.WAIT_CANCELLATION_COMPLETED)
    is_asked_to_stop = options.cancellation is Cancellation.WAIT_CANCELLATION_COMPLETED
    cancelled = await wait_shielded(call, call.cancel if is_asked_to_stop else lambda: False)
    if (cancelled and is_asked_to_stop) or _may_have_acted(call):
        scope.compensations.append(owed)
    if cancelled:
        raise asyncio.CancelledError
    return call.result()


def _may_have_acted(call: asyncio.Task[Any]) -> bool:
    """Whether the activity succeeded, or an attempt was made whose end nobody heard of."""
    error = call.exception()
    if error is None:
        return True
    # That of a local activity comes as it is.
    cause = error.cause if isinstance(error, ActivityError) else error
    return isinstance(cause, ActivityTimeoutError) and cause.type is not TimeoutType.SCHEDULE_TO_START


def _copy(message: Message) -> Message:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def start(
    options: ActivityOptions,
    request: Message,
    result_type: type[ResponseT] | None,
    cancellation: Cancellation,
    retry: RetryOptions | None = None,
) -> workflow.ActivityHandle[ResponseT]:
    """Start an activity without telling the execution; `result_type` None leaves the response as it comes."""
    handle: workflow.ActivityHandle[ResponseT]
    args, policy = activity_arguments(request, retry=(retry or options.retry).to_policy())
    if options.local:
        handle = workflow.start_local_activity(
            options.name,
            args=args,
            result_type=result_type,
            start_to_close_timeout=options.start_to_close_timeout,
            schedule_to_close_timeout=options.schedule_to_close_timeout,
            schedule_to_start_timeout=options.schedule_to_start_timeout,
            retry_policy=policy,
            cancellation_type=cancellation.value,
        )
    else:
        handle = workflow.start_activity(
            options.name,
            args=args,
            result_type=result_type,
            task_queue=options.task_queue,
            start_to_close_timeout=options.start_to_close_timeout,
            schedule_to_close_timeout=options.schedule_to_close_timeout,
            schedule_to_start_timeout=options.schedule_to_start_timeout,
            heartbeat_timeout=options.heartbeat_timeout,
            retry_policy=policy,
            cancellation_type=cancellation.value,
        )
    return handle
