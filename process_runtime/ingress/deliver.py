"""Fourth stage: handing events to Temporal, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from google.protobuf.message import Message
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from process_runtime import coalesced
from process_runtime.commands import CommandRejected
from process_runtime.contract import Delivery, StartArguments
from process_runtime.ingress.answers import (
    NoProcess,
    answered,
    late,
    meaning_of,
    raise_if_cancelled,
    raise_if_payload,
    require_encodable,
    result_of,
)
from process_runtime.ingress.eager import EagerStarts
from process_runtime.ingress.events import EventResult, Outcome, Rejection, RoutedEvent, Transient
from process_runtime.metrics import Metrics
from process_runtime.priority import TaskPriorities
from process_runtime.telemetry import Telemetry
from process_runtime.updates import update_id

__all__ = ["Deliverer", "NoProcess"]

logger = logging.getLogger(__name__)

# A refusal is known when the update call returns; a reply that takes longer is nobody's in a stream.
_REFUSAL_WAIT: Final = timedelta(seconds=1)


def _nothing() -> None:
    pass


class Deliverer:
    """Delivers events, one call at a time; trying again is the caller's business."""

    def __init__(
        self,
        client: Callable[[], Client | None],
        *,
        task_queue: str,
        timeout: timedelta,
        metrics: Metrics,
        priorities: TaskPriorities | None = None,
        telemetry: Telemetry | None = None,
        eager: EagerStarts | None = None,
        publishes_locally: bool = False,
    ) -> None:
        """Deliver through what `client` returns.

        Args:
            client: The client, or None while Temporal cannot be used.
            task_queue: Overrides the contract's queue unless empty.
            timeout: How long one call may take.
            metrics: Where calls are counted.
            priorities: In which order the tasks of what is started are handed out.
            telemetry: Told of each call.
            eager: Starts processes in this very program; None where it has no worker.
            publishes_locally: Whether what is started publishes facts within workflow tasks.
        """
        self._client = client
        self._task_queue = task_queue
        self._timeout = timeout
        self._metrics = metrics
        self._priorities = priorities
        self._eager = eager
        self._publishes_locally = publishes_locally
        self._telemetry = telemetry or Telemetry()

    @property
    def is_away(self) -> bool:
        """Whether Temporal is known to be away, so that a call would be in vain."""
        return self._client() is None

    async def deliver(
        self,
        event: RoutedEvent,
        *,
        reply_wait: timedelta | None = None,
        accepted: Callable[[], None] = _nothing,
    ) -> EventResult:
        """Hand `event` to Temporal.

        Args:
            event: What to deliver.
            reply_wait: How long to wait for the reply of an update; None when nobody waits for it.
            accepted: Called when the process has the update, before its reply is waited for.

        Raises:
            Rejection: It can never succeed.
            NoProcess: It cannot start a process and none runs.
            Transient: Temporal cannot take it now.
        """
        async with self._call([event]) as client:
            async with asyncio.timeout(self._timeout.total_seconds()):
                match event.route.delivery:
                    case Delivery.SIGNAL_WITH_START:
                        (result,) = await self._signal_with_start(client, [event])
                        return result
                    case Delivery.SIGNAL:
                        (result,) = await self._signal(client, [event])
                        return result
                    case Delivery.START:
                        return await self._start(client, event)
                    case Delivery.UPDATE_WITH_START:
                        update = await self._update_with_start(client, event)
                    case Delivery.UPDATE:
                        update = await self._update(client, event)
            accepted()
            return await self._reply(event, update, reply_wait or _REFUSAL_WAIT)

    async def deliver_together(self, events: Sequence[RoutedEvent]) -> Sequence[EventResult]:
        """Hand `events` to Temporal in one signal, in their order.

        Args:
            events: Signals to one process, which all may start it, or all may not.

        Returns:
            What became of each.

        Raises:
            Rejection: Temporal does not take them; except where they are late, that may be the fault of one.
            NoProcess: They cannot start a process and none runs.
            Transient: Temporal cannot take them now.
        """
        async with self._call(events) as client, asyncio.timeout(self._timeout.total_seconds()):
            if events[0].route.delivery is Delivery.SIGNAL:
                return await self._signal(client, events)
            return await self._signal_with_start(client, events)

    @asynccontextmanager
    async def _call(self, events: Sequence[RoutedEvent]) -> AsyncIterator[Client]:
        """Around one call: what goes wrong in it leaves as what it means for the events."""
        client = self._client()
        if client is None:
            raise Transient("Temporal cannot be used now", away=True)
        try:
            with self._telemetry.calling(events):
                yield client
        except TimeoutError:
            # An update waits for a worker, too: no reason to hold up what goes without.
            overloaded = not events[0].route.delivery.is_update
            raise Transient("Temporal did not answer in time", overloaded=overloaded) from None
        except RPCTimeoutOrCancelledError:
            raise_if_cancelled()
            raise Transient("no worker took the update in time") from None
        except RPCError as error:
            raise await meaning_of(client, events[0], error, self._timeout) from None
        except Rejection:
            raise
        except Exception as error:
            raise_if_payload(error, events[0])
            for event in events:
                await require_encodable(client, event)
            raise

    def _start_arguments(self, event: RoutedEvent) -> StartArguments:
        contract = event.router.contract
        return contract.start_arguments(
            event.workflow_id,
            self._task_queue or contract.task_queue,
            contract.shown_key(event.envelope),
            self._priorities,
            begun_by=event.meta if event.route.delivery is Delivery.START else None,
            publishes_locally=self._publishes_locally,
        )

    async def _signal_with_start(self, client: Client, events: Sequence[RoutedEvent]) -> list[EventResult]:
        first, (signal, envelopes) = events[0], _signal_of(events)
        arguments = self._start_arguments(first)
        if self._eager is not None and await self._eager.start(client, events, arguments):
            return self._signalled(events)
        try:
            await client.start_workflow(
                first.router.contract.workflow_type,
                first.start,
                start_signal=signal,
                start_signal_args=envelopes,
                **arguments,
            )
        except WorkflowAlreadyStartedError:
            raise late(first) from None
        return self._signalled(events)

    async def _signal(self, client: Client, events: Sequence[RoutedEvent]) -> list[EventResult]:
        signal, envelopes = _signal_of(events)
        await client.get_workflow_handle(events[0].workflow_id).signal(signal, args=envelopes)
        return self._signalled(events)

    def _signalled(self, events: Sequence[RoutedEvent]) -> list[EventResult]:
        self._count(events[0])
        process = events[0].router.contract.name
        self._metrics.events_per_call.labels(process).observe(len(events))
        return [result_of(event, Outcome.DELIVERED) for event in events]

    async def _start(self, client: Client, event: RoutedEvent) -> EventResult:
        try:
            await client.start_workflow(
                event.router.contract.workflow_type,
                event.start,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                request_eager_start=self._eager is not None,
                **self._start_arguments(event),
            )
        except WorkflowAlreadyStartedError:
            # The ID holds the idempotency key: it was this very event that started it.
            return result_of(event, Outcome.DUPLICATE)
        self._count(event)
        return result_of(event, Outcome.DELIVERED)

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
            raise late(event) from None
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
            return answered(event, CommandRejected(error.cause))
        except (TimeoutError, RPCTimeoutOrCancelledError):
            raise_if_cancelled()
            return result_of(event, Outcome.DELIVERED)
        except RPCError:
            raise
        except Exception as error:  # noqa: BLE001  (a converter may be anybody's)
            # The process has applied the update; only its worker and we disagree on the reply.
            logger.error("the reply to %s cannot be decoded: %s", event.meta.event_type, type(error).__name__)
            return result_of(event, Outcome.DELIVERED)
        return result_of(event, Outcome.DELIVERED, reply=reply if isinstance(reply, Message) else None)

    def _count(self, event: RoutedEvent) -> None:
        call = event.route.delivery.lower()
        self._metrics.temporal_calls.labels(event.router.contract.name, call).inc()


def _signal_of(events: Sequence[RoutedEvent]) -> tuple[str, list[Any]]:
    return coalesced.signal_of([(event.route.event_type, event.envelope) for event in events])
