"""One run of a process: what a generated workflow entry delegates to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from process_runtime.contract import EventMeta, ProcessKind
from process_runtime.workflow.activity_stub import ActivityOptions
from process_runtime.workflow.carried import (
    CarriedCompensation,
    CarriedState,
    ProcessStatus,
    decode_bytes,
    decode_payloads,
    encode_bytes,
    encode_payload,
    message_payload,
)
from process_runtime.workflow.facts import FactOutbox
from process_runtime.workflow.inbox import Answered, Arrival, Inbox, unknown_event
from process_runtime.workflow.process import EnvelopeT, Process, ResultT, StartT, StateT
from process_runtime.workflow.saga import compensate
from process_runtime.workflow.scope import Compensation, ProcessScope, enter_scope

ReplyT = TypeVar("ReplyT", bound=Message)

# What Temporal's SDK takes for the failure of a workflow; any other exception fails the workflow task alone,
# which is repeated until a worker with a fix runs.
_FAILURES: Final = (FailureError, asyncio.TimeoutError)
_MINIMUM_HISTORY_LIMIT: Final = 20
# Continue-As-New carries everything as an argument, and Temporal fails an execution whose arguments have more
# than 2 MiB: what waits is let go first, and beyond the second limit the run goes on rather than be failed.
_CARRIED_INBOX_BYTES: Final = 256 * 1024
_CARRIED_BYTES: Final = 1_900_000


class ProcessExecution(Generic[EnvelopeT, StartT, ResultT, StateT]):
    """Runs a process: its course and, beside it, its handlers, one at a time in the order events arrived."""

    def __init__(
        self,
        process: Process[EnvelopeT, StartT, ResultT, StateT],
        start: Message,
        carried: CarriedState | None = None,
    ) -> None:
        """Prepare a run; call it from the workflow's ``@workflow.init``.

        Args:
            process: A new instance of the human class.
            start: The start message, of any version.
            carried: What the last run handed over; None in the first run.

        Raises:
            ValueError: ``history_limit`` of the process is too low to make progress in a run.
        """
        limit = process.history_limit
        if limit is not None and limit < _MINIMUM_HISTORY_LIMIT:
            raise ValueError(
                f"{type(process).__name__}.history_limit is {limit}; a run needs {_MINIMUM_HISTORY_LIMIT}"
            )
        self.process = process
        self._start = start
        self._scope = ProcessScope()
        self._inbox: Inbox[EnvelopeT] = Inbox(process, carried)
        self._epoch = 0
        self._seq = 0
        self._outbox = FactOutbox(process.contract, lambda: (self._epoch, self.next_seq()))
        self._handling: asyncio.Task[None] | None = None
        self._settled = 0
        self._too_large_at = -1
        self._cancelled = False
        self._over = False
        process._outbox = self._outbox
        process.start = process.upgrade_start(start)
        if carried is not None:
            self._restore(carried)
        workflow.set_query_handler("process_status", self.status)

    async def run(self) -> ResultT:
        """Run the process to its end, or hand over to a new run.

        Returns:
            What the process's ``run()`` returned, once every event that arrived before was handled.

        Raises:
            temporalio.exceptions.FailureError: ``run()`` or a handler failed the process.
            asyncio.CancelledError: The process was cancelled.
        """
        enter_scope(self._scope)
        body: asyncio.Task[ResultT] = asyncio.create_task(self.process.run(self.process.start))
        self.process._waits.watch(body)
        try:
            return await self._supervise(body)
        except (*_FAILURES, asyncio.CancelledError):
            await self._wind_up(body)
            raise

    def receive(self, envelopes: Sequence[EnvelopeT]) -> None:
        """Put the events of a signal into the inbox."""
        self._inbox.receive(envelopes)

    def receive_unknown(self, name: str, args: Sequence[RawValue]) -> None:
        """Take a signal as it was sent: put the contract's events into the inbox.

        What the contract does not know or nobody can decode is kept and counted; it never fails the process.
        """
        self._inbox.receive_raw(name, [arg.payload for arg in args])

    async def update(self, envelope: EnvelopeT, reply_type: type[ReplyT]) -> ReplyT:
        """Apply the event of an update in its turn and return the handler's reply.

        An update whose idempotency key was applied before returns the first reply, as long as that is kept.

        Raises:
            temporalio.exceptions.ApplicationError: The handler refused, or the event is stale, of unknown
                type, or applied so long ago that its reply is gone. Only the caller sees it; the process
                goes on.
        """
        if self._over:
            raise _ended()
        answer: asyncio.Future[Message | bytes | None] = asyncio.get_running_loop().create_future()
        self._inbox.waiting.append(Arrival(envelope, answer))
        reply = await answer
        if isinstance(reply, bytes):
            return reply_type.FromString(reply)
        if not isinstance(reply, reply_type):
            raise TypeError(f"the handler replied {type(reply).__name__}, not {reply_type.__name__}")
        return reply

    def validate_update(self, envelope: EnvelopeT) -> None:
        """Refuse an update before it is accepted. One that was applied before is let through to its reply.

        While earlier events wait or are handled, what the validator would see is about to change: the update
        is accepted, and judged when its turn comes.
        """
        meta = self._inbox.meta_of(envelope)
        if meta is None:
            raise unknown_event()
        is_its_turn = self._handling is None and not self._inbox.waiting
        if is_its_turn and not self._inbox.has_applied(meta):
            self.process.validate(envelope, meta)

    def status(self) -> ProcessStatus:
        """What became of the events so far; the ``process_status`` query."""
        counts = self._inbox.counts
        return ProcessStatus(
            phase=self.process.phase,
            run_epoch=self._epoch,
            applied=counts.applied,
            waiting=len(self._inbox.waiting),
            duplicates=counts.duplicates,
            stale=counts.stale,
            unknown=counts.unknown,
        )

    def next_seq(self) -> int:
        """Number what the process tells the world: 1, 2, 3 and on, without a gap across runs."""
        self._seq += 1
        return self._seq

    async def _supervise(self, body: asyncio.Task[ResultT]) -> ResultT:
        """The main loop; whatever fails the process or the workflow task is raised in this coroutine."""
        while True:
            await self._wait(lambda: self._can_act(body), interrupt=(body,))
            if self._handling is not None and self._handling.done():
                self._settle(self._handling)
            if _failed(body):
                body.result()
            if self._handling is not None:
                continue
            if self._may_hand_over(body):
                self._hand_over()
            if self._inbox.waiting:
                self._handling = asyncio.create_task(self._apply(self._inbox.waiting.popleft()))
            elif body.done() and workflow.all_handlers_finished():
                return body.result()

    def _can_act(self, body: asyncio.Task[ResultT]) -> bool:
        if _failed(body):
            return True
        if self._handling is not None:
            return self._handling.done()
        if self._inbox.waiting:
            return True
        return workflow.all_handlers_finished() if body.done() else self._may_hand_over(body)

    async def _wait(self, condition: Callable[[], bool], interrupt: Sequence[asyncio.Task[Any]] = ()) -> None:
        """Wait; a cancellation of the workflow goes to the running handler and to `interrupt` instead."""
        while not condition():
            try:
                await workflow.wait_condition(condition)
            except asyncio.CancelledError:
                self._cancelled = True
                _uncancel()
                for task in (*interrupt, self._handling):
                    if task is not None:
                        task.cancel()

    async def _apply(self, arrival: Arrival[EnvelopeT]) -> None:
        """Take one event to its handler, unless it is a duplicate, stale or unknown."""
        decision = self._inbox.triage(arrival)
        answer = arrival.reply
        if isinstance(decision, Answered):
            if answer is not None:
                decision.give(answer)
            return
        self._outbox.handling(decision)
        if answer is None:
            await self.process.handle(arrival.envelope, decision)
            return
        try:
            self._judge(arrival.envelope, decision)
            reply = await self.process.handle(arrival.envelope, decision)
        except _FAILURES as error:
            self._inbox.release(decision)
            answer.set_exception(error)
        except asyncio.CancelledError:
            self._inbox.release(decision)
            answer.set_exception(_ended())
            raise
        else:
            if reply is not None:
                self._inbox.remember_reply(decision, reply)
            answer.set_result(reply)

    def _judge(self, envelope: EnvelopeT, meta: EventMeta) -> None:
        """Let the validator see the state that the handler will see; whatever it raises is a refusal."""
        try:
            self.process.validate(envelope, meta)
        except FailureError:
            raise
        except Exception as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error

    def _settle(self, handling: asyncio.Task[None]) -> None:
        self._handling = None
        self._settled += 1
        try:
            handling.result()
        except (*_FAILURES, asyncio.CancelledError) as error:
            if not (self._cancelled and is_cancelled_exception(error)):
                raise

    def _may_hand_over(self, body: asyncio.Task[ResultT]) -> bool:
        """Whether, no handler running, a new run can go on from here without loss or repetition."""
        return (
            self.process.contract.kind is ProcessKind.ENTITY
            and self._history_is_long()
            and not body.done()
            and self.process._waits.parked
            and self._scope.in_flight == 0
            # A cancellation is known to this run alone, and the callers of updates wait on it.
            and not self._cancelled
            and workflow.all_handlers_finished()
            and (self._settled > 0 or not self._inbox.waiting)
            and self._settled != self._too_large_at
            and sum(arrival.envelope.ByteSize() for arrival in self._inbox.waiting) <= _CARRIED_INBOX_BYTES
        )

    def _history_is_long(self) -> bool:
        info = workflow.info()
        limit = self.process.history_limit
        return info.is_continue_as_new_suggested() or (
            limit is not None and info.get_current_history_length() >= limit
        )

    def _hand_over(self) -> None:
        """Continue as a new run, unless Temporal would fail the execution for what it carries."""
        carried = self._carried()
        arguments = workflow.payload_converter().to_payloads([self._start, carried])
        size = sum(payload.ByteSize() for payload in arguments)
        if size > _CARRIED_BYTES:
            # Asked again when another event has been handled, which may have made the state smaller.
            self._too_large_at = self._settled
            workflow.logger.error(
                "%d bytes are too many to continue as new: the history grows on; keep less in the state", size
            )
            return
        workflow.continue_as_new(args=[self._start, carried])

    def _carried(self) -> CarriedState:
        state = self.process.state
        return CarriedState(
            run_epoch=self._epoch + 1,
            seq=self._seq,
            phase=self.process.phase,
            state="" if state is None else encode_bytes(state.SerializeToString(deterministic=True)),
            wait=self.process._waits.current,
            cause=self._outbox.cause,
            compensations=[
                CarriedCompensation(
                    activity=owed.activity.name, request=encode_payload(message_payload(owed.request))
                )
                for owed in self._scope.compensations
            ],
            **self._inbox.carried(),
        )

    def _restore(self, carried: CarriedState) -> None:
        self._epoch, self._seq = carried.run_epoch, carried.seq
        self.process.phase = carried.phase
        if self.process.state is not None:
            self.process.state.ParseFromString(decode_bytes(carried.state))
        self.process._waits.resume(carried.wait)
        self._outbox.cause = carried.cause
        requests = decode_payloads([owed.request for owed in carried.compensations])
        known = self.process.activity_options
        self._scope.compensations = [
            Compensation(known.get(owed.activity, ActivityOptions(name=owed.activity)), request)
            for owed, request in zip(carried.compensations, requests, strict=True)
        ]

    async def _wind_up(self, body: asyncio.Task[ResultT]) -> None:
        """After a failure or cancellation: end what runs, answer who waits, undo what succeeded."""
        running = [task for task in (body, self._handling) if task is not None and not task.done()]
        for task in running:
            task.cancel()
        await self._wait(lambda: all(task.done() for task in running))
        for task in running:
            if not task.cancelled() and task.exception() is not None and not _failed_process(task):
                task.result()
        # Updates that come from here on, while compensations run for instance, are refused as they come.
        self._over = True
        self._inbox.refuse_updates(_ended())
        with suppress(asyncio.CancelledError):
            await compensate(self._scope.compensations)
        await self._wait(workflow.all_handlers_finished)
        self._inbox.give_up()


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _failed_process(task: asyncio.Task[Any]) -> bool:
    return isinstance(task.exception(), _FAILURES)


def _ended() -> ApplicationError:
    return ApplicationError("the process was ended first", type="ProcessEnded", non_retryable=True)


def _uncancel() -> None:
    """Tell asyncio that the cancellation was dealt with, so that later timeouts are not mistaken for it."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
