"""Base of the generated typed clients: every call to Temporal with the contract's policy and timeouts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

from google.protobuf.message import Message
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from process_runtime.backoff import Backoff
from process_runtime.commands import CommandRejected, is_to_be_sent_again
from process_runtime.contract import Delivery, EventMeta, ProcessContract, StartArguments
from process_runtime.ingress.router import EventRoute, Router
from process_runtime.priority import TaskPriorities
from process_runtime.updates import update_id

__all__ = ["CommandRejected", "ProcessClient"]

EnvelopeT = TypeVar("EnvelopeT", bound=Message)
ReplyT = TypeVar("ReplyT", bound=Message)


class ProcessClient(Generic[EnvelopeT]):
    """Starts, signals, updates and queries executions of one process.

    Args:
        client: Connected with ``data_converter=process_runtime.converter.data_converter()``.
        task_queue: Overrides the contract's, as ``TEMPORAL_TASK_QUEUE`` does for its workers.
        priorities: In which order the tasks of what it starts are handed out, as ``TASK_PRIORITY`` and
            ``FAIRNESS_KEY_FIELD`` say for an ingress.
    """

    contract: ClassVar[ProcessContract]
    """Set by the generated subclass."""
    router: Router[EnvelopeT]
    """Says where an envelope goes. Set by the generated subclass."""
    result_type: ClassVar[type[Message] | None] = None
    """What the process returns. Set by the generated subclass of a process with a result."""

    def __init__(
        self, client: Client, *, task_queue: str | None = None, priorities: TaskPriorities | None = None
    ) -> None:
        self._client = client
        self._priorities = priorities
        self._task_queue = task_queue or self.contract.task_queue

    async def _start(self, workflow_id: str, start: Message, key: object = None) -> WorkflowHandle[Any, Any]:
        """Start an execution.

        Args:
            workflow_id: Of the execution.
            start: The start message as it is sent.
            key: The business key, an instance of the generated class, if it is at hand.

        Raises:
            temporalio.exceptions.WorkflowAlreadyStartedError: One runs, or ran and may not be repeated.
        """
        fields = self.contract.key_fields if key is not None else ()
        shown = {field.name: getattr(key, field.name) for field in fields if not field.sensitive}
        return await self._begin(workflow_id, start, shown)

    async def _begin(
        self,
        workflow_id: str,
        start: Message,
        shown_key: Mapping[str, str | int],
        begun_by: EventMeta | None = None,
    ) -> WorkflowHandle[Any, Any]:
        arguments = self.contract.start_arguments(
            workflow_id, self._task_queue, shown_key, self._priorities, begun_by=begun_by
        )
        return await self._client.start_workflow(
            self.contract.workflow_type,
            start,
            result_type=self.result_type,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            **arguments,
        )

    async def _deliver(self, event_type: str, envelope: EnvelopeT) -> WorkflowHandle[Any, Any]:
        """Signal the event in `envelope`, starting the process if its route says so; or start with it alone.

        Raises:
            ValueError: `envelope` holds an event of another type, or gives no workflow ID.
            temporalio.exceptions.WorkflowAlreadyStartedError: The process has closed and may not be repeated.
            temporalio.service.RPCError: No process runs, and this event starts none.
        """
        route = self._route(event_type, envelope)
        workflow_id = self.router.workflow_id(envelope)
        if route.delivery is Delivery.START:
            shown = self.contract.shown_key(envelope)
            start = self.router.start_message(envelope)
            return await self._begin(workflow_id, start, shown, self.router.meta_of(envelope))
        if route.delivery is Delivery.SIGNAL:
            handle = self._handle(workflow_id)
            await handle.signal(event_type, envelope)
            return handle
        return await self._client.start_workflow(
            self.contract.workflow_type,
            self.router.start_message(envelope),
            result_type=self.result_type,
            start_signal=event_type,
            start_signal_args=[envelope],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **self._start_arguments(workflow_id, envelope),
        )

    async def _update(self, event_type: str, envelope: EnvelopeT, reply_type: type[ReplyT]) -> ReplyT:
        """Send the event in `envelope` as an update and wait for its reply.

        An update that meets the hand-over from one run of the process to the next is sent again.

        Raises:
            ValueError: `envelope` holds an event of another type, or gives no workflow ID.
            CommandRejected: The process refused it, or its handler failed.
            temporalio.exceptions.WorkflowAlreadyStartedError: The process has closed and may not be repeated.
            temporalio.service.RPCError: No process runs, and this event starts none.
        """
        route = self._route(event_type, envelope)
        send = self._update_with_start if route.delivery.may_start else self._update_running
        backoff = Backoff()
        while True:
            try:
                return await send(event_type, envelope, reply_type)
            except WorkflowUpdateFailedError as error:
                rejected = CommandRejected(error.cause)
                if not is_to_be_sent_again(rejected, self.contract, route.delivery):
                    raise rejected from error.cause
            await asyncio.sleep(backoff.next_delay())

    async def _update_running(self, event_type: str, envelope: EnvelopeT, reply_type: type[ReplyT]) -> ReplyT:
        reply: ReplyT = await self._handle(self.router.workflow_id(envelope)).execute_update(
            event_type, envelope, id=self._update_id(envelope), result_type=reply_type
        )
        return reply

    async def _update_with_start(
        self, event_type: str, envelope: EnvelopeT, reply_type: type[ReplyT]
    ) -> ReplyT:
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            self.contract.workflow_type,
            self.router.start_message(envelope),
            result_type=self.result_type,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **self._start_arguments(self.router.workflow_id(envelope), envelope),
        )
        try:
            reply: ReplyT = await self._client.execute_update_with_start_workflow(
                event_type,
                envelope,
                start_workflow_operation=operation,
                id=self._update_id(envelope),
                result_type=reply_type,
            )
        except WorkflowAlreadyStartedError:
            # The SDK reports it a second time through this future, which nobody else would read.
            with suppress(WorkflowAlreadyStartedError):
                await operation.workflow_handle()
            raise
        return reply

    def _update_id(self, envelope: EnvelopeT) -> str | None:
        """By which Temporal itself answers a repeated call."""
        meta = self.router.meta_of(envelope)
        return None if meta is None else update_id(meta.idempotency_key)

    async def _query(self, workflow_id: str, name: str, query: Message, reply_type: type[ReplyT]) -> ReplyT:
        """Ask a typed query.

        Raises:
            temporalio.service.RPCError: There is no such process.
        """
        reply: ReplyT = await self._handle(workflow_id).query(name, query, result_type=reply_type)
        return reply

    async def _state(self, workflow_id: str, state_type: type[ReplyT]) -> ReplyT:
        """Return the durable state of a process."""
        state: ReplyT = await self._handle(workflow_id).query("state", result_type=state_type)
        return state

    async def _phase(self, workflow_id: str) -> str:
        """Return the phase a process is in."""
        phase: str = await self._handle(workflow_id).query("phase", result_type=str)
        return phase

    def _handle(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id, result_type=self.result_type)

    def _route(self, event_type: str, envelope: EnvelopeT) -> EventRoute:
        route = self.router.route_of(envelope)
        if route is None or route.event_type != event_type:
            found = "no event of this contract" if route is None else str(route.event_type)
            raise ValueError(f"{self.contract.name}: the envelope holds {found}, not {event_type!s}")
        return route

    def _start_arguments(self, workflow_id: str, envelope: EnvelopeT) -> StartArguments:
        shown = self.contract.shown_key(envelope)
        return self.contract.start_arguments(workflow_id, self._task_queue, shown, self._priorities)
