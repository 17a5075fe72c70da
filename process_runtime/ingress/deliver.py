"""Fourth stage: handing an event to Temporal, once; and what Temporal's answer means for the event."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from google.protobuf.message import Message
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.commands import CommandRejected, is_to_be_sent_again
from process_runtime.contract import Delivery, StartArguments
from process_runtime.ingress.events import (
    EventResult,
    Outcome,
    Reason,
    Refusal,
    Rejection,
    RoutedEvent,
    Transient,
)
from process_runtime.metrics import Metrics
from process_runtime.payloads.errors import PayloadKeyError, PayloadStoreError, PayloadTooLarge
from process_runtime.priority import TaskPriorities
from process_runtime.updates import UpdateFailure, update_id

__all__ = ["Deliverer", "NoProcess"]

logger = logging.getLogger(__name__)

# A refusal is known when the update call returns; a reply that takes longer is nobody's in a stream.
_REFUSAL_WAIT: Final = timedelta(seconds=1)

# Texts of the server for which there is no status code of their own; service/history/consts in
# temporalio/temporal.
_SIGNALS_EXHAUSTED: Final = "limit for signal"
_SIZE_LIMITS: Final = ("exceeds size limit", "exceeds limit", "larger than max")
_NAMESPACE_MISSING: Final = b"temporal.api.errordetails.v1.NamespaceNotFoundFailure"


class NoProcess(Exception):  # noqa: N818  (expected in operation)
    """The event cannot start a process and none runs; one may start soon."""


class Deliverer:
    """Delivers one event in one call; trying again is the caller's business."""

    def __init__(
        self,
        client: Callable[[], Client | None],
        *,
        task_queue: str,
        timeout: timedelta,
        metrics: Metrics,
        priorities: TaskPriorities | None = None,
    ) -> None:
        """Deliver through what `client` returns.

        Args:
            client: The client, or None while Temporal cannot be used.
            task_queue: Overrides the contract's queue unless empty.
            timeout: How long one call may take.
            metrics: Where calls are counted.
            priorities: In which order the tasks of what is started are handed out.
        """
        self._client = client
        self._task_queue = task_queue
        self._timeout = timeout
        self._metrics = metrics
        self._priorities = priorities

    async def deliver(self, event: RoutedEvent, *, reply_wait: timedelta | None = None) -> EventResult:
        """Hand `event` to Temporal.

        Args:
            event: What to deliver.
            reply_wait: How long to wait for the reply of an update; None when nobody waits for it.

        Raises:
            Rejection: It can never succeed.
            NoProcess: It cannot start a process and none runs.
            Transient: Temporal cannot take it now.
        """
        client = self._client()
        if client is None:
            raise Transient("Temporal cannot be used now", away=True)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                match event.route.delivery:
                    case Delivery.SIGNAL_WITH_START:
                        return await self._signal_with_start(client, event)
                    case Delivery.SIGNAL:
                        return await self._signal(client, event)
                    case Delivery.START:
                        return await self._start(client, event)
                    case Delivery.UPDATE_WITH_START:
                        update = await self._update_with_start(client, event)
                    case Delivery.UPDATE:
                        update = await self._update(client, event)
            return await self._reply(event, update, reply_wait or _REFUSAL_WAIT)
        except TimeoutError:
            raise Transient("Temporal did not answer in time") from None
        except RPCTimeoutOrCancelledError:
            _raise_if_cancelled()
            raise Transient("no worker took the update in time") from None
        except RPCError as error:
            raise await self._meaning(client, event, error) from None
        except Rejection:
            raise
        except Exception as error:
            _raise_if_payload(error, event)
            await _require_encodable(client, event)
            raise

    def _start_arguments(self, event: RoutedEvent) -> StartArguments:
        contract = event.router.contract
        return contract.start_arguments(
            event.workflow_id,
            self._task_queue or contract.task_queue,
            contract.shown_key(event.envelope),
            self._priorities,
            begun_by=event.meta if event.route.delivery is Delivery.START else None,
        )

    async def _signal_with_start(self, client: Client, event: RoutedEvent) -> EventResult:
        try:
            await client.start_workflow(
                event.router.contract.workflow_type,
                event.start,
                start_signal=event.route.event_type,
                start_signal_args=[event.envelope],
                **self._start_arguments(event),
            )
        except WorkflowAlreadyStartedError:
            raise _late(event) from None
        return self._delivered(event)

    async def _signal(self, client: Client, event: RoutedEvent) -> EventResult:
        await client.get_workflow_handle(event.workflow_id).signal(event.route.event_type, event.envelope)
        return self._delivered(event)

    async def _start(self, client: Client, event: RoutedEvent) -> EventResult:
        try:
            await client.start_workflow(
                event.router.contract.workflow_type,
                event.start,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                **self._start_arguments(event),
            )
        except WorkflowAlreadyStartedError:
            # The ID holds the idempotency key: it was this very event that started it.
            return _result(event, Outcome.DUPLICATE)
        return self._delivered(event)

    async def _update_with_start(self, client: Client, event: RoutedEvent) -> WorkflowUpdateHandle[Message]:
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            event.router.contract.workflow_type,
            event.start,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **self._start_arguments(event),
        )
        try:
            handle = await client.start_update_with_start_workflow(
                event.route.event_type,
                event.envelope,
                start_workflow_operation=operation,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                id=update_id(event.meta.idempotency_key),
                result_type=event.route.response,
            )
        except WorkflowAlreadyStartedError:
            raise _late(event) from None
        finally:
            # The SDK reports a failed start a second time through this future, which nobody else reads.
            if operation._workflow_handle.done() and not operation._workflow_handle.cancelled():
                operation._workflow_handle.exception()
        self._count(event)
        return handle

    async def _update(self, client: Client, event: RoutedEvent) -> WorkflowUpdateHandle[Message]:
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(event.workflow_id)
        update: WorkflowUpdateHandle[Message] = await handle.start_update(
            event.route.event_type,
            event.envelope,
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            id=update_id(event.meta.idempotency_key),
            result_type=event.route.response,
        )
        self._count(event)
        return update

    async def _reply(
        self, event: RoutedEvent, update: WorkflowUpdateHandle[Message], wait: timedelta
    ) -> EventResult:
        """The process has the update; its reply follows if it comes in time."""
        try:
            async with asyncio.timeout(wait.total_seconds()):
                reply = await update.result()
        except WorkflowUpdateFailedError as error:
            return _answered(event, CommandRejected(error.cause))
        except (TimeoutError, RPCTimeoutOrCancelledError):
            _raise_if_cancelled()
            return _result(event, Outcome.DELIVERED)
        except RPCError:
            raise
        except Exception as error:  # noqa: BLE001  (a converter may be anybody's)
            # The process has applied the update; only its worker and we disagree on the reply.
            logger.error("the reply to %s cannot be decoded: %s", event.meta.event_type, type(error).__name__)
            return _result(event, Outcome.DELIVERED)
        return _result(event, Outcome.DELIVERED, reply=reply if isinstance(reply, Message) else None)

    async def _meaning(self, client: Client, event: RoutedEvent, error: RPCError) -> Exception:
        """What an error of Temporal says about the event."""
        process = event.router.contract.name
        text = error.message.lower()
        if _NAMESPACE_MISSING in error.raw_grpc_status:
            return Transient("the namespace does not exist")
        if error.status is RPCStatusCode.NOT_FOUND and event.start is None:
            return await self._absence(client, event)
        if any(limit in text for limit in _SIZE_LIMITS) and error.status in (
            RPCStatusCode.INVALID_ARGUMENT,
            RPCStatusCode.RESOURCE_EXHAUSTED,
        ):
            return Rejection(Reason.TOO_LARGE, "Temporal finds the event too large", process=process)
        if error.status is RPCStatusCode.INVALID_ARGUMENT and _SIGNALS_EXHAUSTED not in text:
            return Rejection(Reason.INVALID, "Temporal finds the request invalid", process=process)
        # Anything else, refused credentials included, is not the event's fault and may pass.
        return Transient(f"Temporal answered {error.status.name}")

    async def _absence(self, client: Client, event: RoutedEvent) -> Exception:
        """No process runs: it may have closed for good, or may not have started yet."""
        if event.router.contract.reuse_policy is not WorkflowIDReusePolicy.REJECT_DUPLICATE:
            return NoProcess()
        try:
            description = await client.get_workflow_handle(event.workflow_id).describe(
                rpc_timeout=self._timeout
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return NoProcess()
            return Transient(f"Temporal answered {error.status.name}")
        running = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)
        return NoProcess() if description.status in running else _late(event)

    def _delivered(self, event: RoutedEvent) -> EventResult:
        self._count(event)
        return _result(event, Outcome.DELIVERED)

    def _count(self, event: RoutedEvent) -> None:
        call = event.route.delivery.lower()
        self._metrics.temporal_calls.labels(event.router.contract.name, call).inc()


def _raise_if_payload(error: Exception, event: RoutedEvent) -> None:
    """Say what an error of our own data converter means for the event."""
    if isinstance(error, PayloadTooLarge):
        raise Rejection(Reason.TOO_LARGE, error.message, process=event.router.contract.name) from None
    if isinstance(error, PayloadKeyError | PayloadStoreError):
        raise Transient(str(error)) from None


async def _require_encodable(client: Client, event: RoutedEvent) -> None:
    """Binary protobuf can hold what JSON cannot: a timestamp out of range, an Any of an unknown type."""
    messages = [event.envelope] if event.start is None else [event.envelope, event.start]
    try:
        await client.data_converter.encode(messages)
    except Exception as error:  # noqa: BLE001  (a converter may be anybody's)
        detail = f"the event holds a value that cannot be encoded for Temporal ({type(error).__name__})"
        raise Rejection(Reason.INVALID, detail, process=event.router.contract.name) from None


def _raise_if_cancelled() -> None:
    """The SDK reports the cancellation of our own task as a timeout; it must not be swallowed."""
    if (task := asyncio.current_task()) is not None and task.cancelling():
        raise asyncio.CancelledError


def _late(event: RoutedEvent) -> Rejection:
    detail = "the process for this key has closed, and its reuse policy starts no other"
    return Rejection(Reason.LATE, detail, process=event.router.contract.name)


def _result(event: RoutedEvent, outcome: Outcome, *, reply: Message | None = None) -> EventResult:
    return EventResult(
        outcome=outcome, workflow_id=event.workflow_id, event_type=event.meta.event_type, reply=reply
    )


def _answered(event: RoutedEvent, rejected: CommandRejected) -> EventResult:
    """What the failure of an update says about its event."""
    contract = event.router.contract
    if is_to_be_sent_again(rejected, contract, event.route.delivery):
        raise Transient("the run of the process ended before it handled the update")
    match rejected.type:
        case UpdateFailure.ALREADY_APPLIED:
            return _result(event, Outcome.DUPLICATE)
        case UpdateFailure.PROCESS_ENDED:
            raise _late(event)
        case UpdateFailure.UNKNOWN_EVENT:
            detail = "the process's worker does not know the event, perhaps not yet"
            raise Rejection(Reason.UNKNOWN_TYPE, detail, process=contract.name)
    # Its type names a reason and no data; its message may hold some.
    detail = f"the process refused the update ({rejected.type})"
    refusal = Refusal(type=rejected.type, message=rejected.message, details=rejected.details)
    raise Rejection(Reason.REJECTED, detail, process=contract.name, refusal=refusal)
