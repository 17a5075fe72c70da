"""One run of a process: what a generated workflow entry delegates to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import Message
from process.v1.progress_pb2 import ProcessProgressed
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import (
    ApplicationError,
    CancelledError,
    FailureError,
    is_cancelled_exception,
)

from process_runtime.contract import EventMeta
from process_runtime.tracing import trace_context
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.arrival import Answered, Arrival, unknown_event
from process_runtime.workflow.carried import CarriedState, ProcessStatus
from process_runtime.workflow.facts import FactOutbox
from process_runtime.workflow.handover import HandOver, Position, continued_as_new
from process_runtime.workflow.inbox import Inbox
from process_runtime.workflow.process import EnvelopeT, Process, ResultT, StartT, StateT
from process_runtime.workflow.progress import COMPENSATION_FAILED_PHASE, Progress
from process_runtime.workflow.rejection import Rejected
from process_runtime.workflow.saga import COMPENSATION_FAILED, compensation_failed
from process_runtime.workflow.scope import enter_scope
from process_runtime.workflow.trace import caused_by, handling
from process_runtime.workflow.visibility import Visibility

ReplyT = TypeVar("ReplyT", bound=Message)

# What Temporal's SDK takes for the failure of a workflow; any other exception fails the workflow task alone,
# which is repeated until a worker with a fix runs.
_FAILURES: Final = (FailureError, asyncio.TimeoutError)
_TIMES_TOLD_TO_END: Final = 10


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
        self.process = process
        self._scope = process.saga.scope
        process.saga.count_for(process.contract.name)
        self._inbox: Inbox[EnvelopeT] = Inbox(process, carried)
        self._position = Position()
        self._outbox = FactOutbox(
            process.contract,
            self._position.next,
            lambda: process.contract.tenant_of(getattr(process, "key", None)),
        )
        self._handover = HandOver(
            process, start, self._inbox, scope=self._scope, outbox=self._outbox, position=self._position
        )
        self._handling: asyncio.Task[None] | None = None
        self._cancelled = False
        self._run_was_cancelled = False
        self._over = False
        process._outbox = self._outbox
        process.start = process.upgrade_start(start)
        if carried is not None:
            self._handover.restore(carried)
        else:
            self._outbox.begun()
        self._tell_progress(None if carried is None else carried.began)
        self._visibility = Visibility(process, self.status)
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
        if self._outbox.cause is not None:
            cause = self._outbox.cause
            caused_by(trace_context(cause.traceparent, cause.tracestate))
        if self.process._progress is not None and self._position.epoch == 0 and self.process.phase:
            self.process._progress.moved("", self.process.phase)
        body: asyncio.Task[ResultT] = asyncio.create_task(self.process.run(self.process.start))
        self.process._waits.watch(body, lambda: (self._handling, len(self._inbox.waiting)))
        visible = asyncio.create_task(self._visibility.keep())
        try:
            return await self._supervise(body)
        except (*_FAILURES, asyncio.CancelledError) as error:
            await self._wind_up(body, error)
            if self.process.saga.uncompensated:
                raise compensation_failed(self.process.saga.uncompensated) from _original(error)
            raise
        finally:
            visible.cancel()

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
        self._inbox.put(Arrival(envelope, is_update=True, caller=answer))
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
            try:
                self.process.validate(envelope, meta)
            except Exception:
                self._inbox.count_rejected(meta)
                raise

    def status(self) -> ProcessStatus:
        """What became of the events so far; the ``process_status`` query."""
        return ProcessStatus(
            phase=self.process.phase,
            run_epoch=self._position.epoch,
            too_large_to_continue=self._handover.oversize,
            **self._inbox.status(),
        )

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
            if self._handover.is_due(body):
                if workflow.all_handlers_finished():
                    self._visibility.publish()
                    self._handover.hand_over()
                elif self._handover.is_overdue():
                    # Callers who are told to ask the next run are answered by no other.
                    if self._handover.fits():
                        await self._dismiss_callers(body)
                    continue
            if self._inbox.waiting:
                self._handling = asyncio.create_task(self._apply(self._inbox.take()))
            elif body.done() and workflow.all_handlers_finished():
                if self.process.saga.uncompensated:
                    raise compensation_failed(self.process.saga.uncompensated)
                self._tell_end(ProcessProgressed.OUTCOME_COMPLETED)
                if not self._outbox.idle:
                    # Events that come until then are still handled.
                    continue
                self._visibility.publish()
                return body.result()

    async def _dismiss_callers(self, body: asyncio.Task[ResultT]) -> None:
        """Let the callers of updates go, so that a new run can take over what they wait for."""
        self._inbox.dismiss_callers(continued_as_new())
        await self._wait(
            lambda: (
                workflow.all_handlers_finished() or self._inbox.callers > 0 or not self._handover.is_due(body)
            ),
            interrupt=(body,),
        )

    def _can_act(self, body: asyncio.Task[ResultT]) -> bool:
        if _failed(body):
            return True
        if self._handling is not None:
            return self._handling.done()
        if self._inbox.waiting:
            return True
        if not workflow.all_handlers_finished():
            return False
        return self._is_told() if body.done() else self._handover.is_due(body)

    async def _wait(self, condition: Callable[[], bool], interrupt: Sequence[asyncio.Task[Any]] = ()) -> None:
        """Wait; a cancellation of the workflow goes to the running handler and to `interrupt` instead."""
        while not condition():
            try:
                await workflow.wait_condition(condition)
            except asyncio.CancelledError:
                self._cancelled = True
                self._handover.cancelled()
                _uncancel()
                self._run_was_cancelled |= any(not task.done() for task in interrupt)
                for task in (*interrupt, self._handling):
                    if task is not None:
                        task.cancel()

    async def _apply(self, arrival: Arrival[EnvelopeT]) -> None:
        """Take one event to its handler, unless it is a duplicate, stale or unknown."""
        decision = self._inbox.triage(arrival)
        if isinstance(decision, Answered):
            decision.give(arrival)
            return
        own, hop = trace_context(decision.traceparent, decision.tracestate), arrival.trace
        self._outbox.handling(decision, own or hop)
        with handling(decision.event_type, own, hop):
            await self._handle(arrival, decision)

    async def _handle(self, arrival: Arrival[EnvelopeT], decision: EventMeta) -> None:
        if not arrival.is_update:
            try:
                await self.process.handle(arrival.envelope, decision)
            except Rejected as rejected:
                # There is nobody to tell, and a command that cannot be followed is no failure of the process.
                self._inbox.count_rejected(decision)
                workflow.logger.warning("%s was refused: %s", decision.event_type, rejected.type)
            return
        try:
            self._judge(arrival.envelope, decision)
            reply = await self.process.handle(arrival.envelope, decision)
        except _FAILURES as error:
            self._inbox.release(decision)
            self._inbox.count_rejected(decision)
            arrival.refuse(error)
        except asyncio.CancelledError:
            self._inbox.release(decision)
            arrival.refuse(_ended())
            raise
        else:
            if reply is not None:
                self._inbox.remember_reply(decision, reply)
            arrival.answer(reply)

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
        self._handover.settled()
        try:
            handling.result()
        except (*_FAILURES, asyncio.CancelledError) as error:
            # What becomes of a cancellation is for run() to say, unless it is over.
            if not (self._run_was_cancelled and is_cancelled_exception(error)):
                raise

    async def _wind_up(self, body: asyncio.Task[ResultT], error: BaseException) -> None:
        """After a failure or cancellation: end what runs, answer who waits, undo what succeeded."""
        running = [task for task in (body, self._handling) if task is not None and not task.done()]
        for task in running:
            task.cancel()
        await self._end_run(body)
        await self._wait(lambda: all(task.done() for task in running))
        for task in running:
            if not task.cancelled() and task.exception() is not None and not _failed_process(task):
                task.result()
        # Updates that come from here on, while compensations run for instance, are refused as they come.
        self._over = True
        self._inbox.refuse_updates(_ended())
        await self._end_calls()
        saga = self.process.saga
        with suppress(asyncio.CancelledError, ApplicationError):
            await saga.compensate()
        if saga.uncompensated:
            self._tell_end(ProcessProgressed.OUTCOME_COMPENSATION_FAILED, COMPENSATION_FAILED_PHASE)
        elif self._cancelled and is_cancelled_exception(error):
            self._tell_end(ProcessProgressed.OUTCOME_CANCELLED)
        else:
            self._tell_end(ProcessProgressed.OUTCOME_FAILED)
        await self._wait(lambda: self._outbox.idle and workflow.all_handlers_finished())
        self._inbox.give_up()
        self._visibility.publish()

    async def _end_run(self, body: asyncio.Task[ResultT]) -> None:
        """Wait for ``run()`` to end. It is told again if it waits for events, of which none is handled."""
        waits = self.process._waits
        for _ in range(_TIMES_TOLD_TO_END):
            heard = waits.begun
            await self._wait(
                lambda heard=heard: (  # type: ignore[misc]
                    body.done()
                    or (
                        waits.begun > heard
                        and waits.waits_for_events
                        and self._scope.in_flight == 0
                        and (self._handling is None or self._handling.done())
                    )
                )
            )
            if body.done():
                return
            body.cancel()
        raise RuntimeError(
            "the process has failed, and run() waits for events again however often it is cancelled"
        )

    def _tell_progress(self, began: float | None) -> None:
        process = self.process
        if process.contract.publishes_progress:
            first = (
                workflow.info().workflow_start_time if began is None else datetime.fromtimestamp(began, UTC)
            )
            process._progress = Progress(process.contract.name, self._outbox, first)

    def _tell_end(self, outcome: ProcessProgressed.Outcome, phase: str | None = None) -> None:
        """Tell how the process ended, once for each outcome; `phase` is the one to end in."""
        before, progress = self.process.phase, self.process._progress
        self.process._phase = before if phase is None else phase
        if progress is not None and progress.outcome != outcome:
            progress.ended(before, self.process.phase, outcome, self.process.saga.uncompensated)

    def _is_told(self) -> bool:
        """Whether there is nothing left to tell before the process ends."""
        progress = self.process._progress
        return self._outbox.idle or (progress is not None and not progress.outcome)

    async def _end_calls(self) -> None:
        """End what people started beside ``run()`` and nobody waits for: what it does is to be undone too."""
        for task in dict.fromkeys(self._scope.calls):
            if task is not None:
                task.cancel()
        await self._wait(lambda: self._scope.in_flight == 0)
        # Nobody would undo what is done from here on.
        self._scope.ended = True


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _failed_process(task: asyncio.Task[Any]) -> bool:
    return isinstance(task.exception(), _FAILURES)


def _original(error: BaseException) -> BaseException | None:
    """What ended the process before it turned out that not all of it could be undone."""
    if isinstance(error, asyncio.CancelledError):
        return CancelledError("the process was cancelled")
    if isinstance(error, ApplicationError) and error.type == COMPENSATION_FAILED:
        return error.__cause__
    return error


def _ended() -> ApplicationError:
    return ApplicationError(
        "the process was ended first", type=UpdateFailure.PROCESS_ENDED, non_retryable=True
    )


def _uncancel() -> None:
    """Tell asyncio that the cancellation was dealt with, so that later timeouts are not mistaken for it."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
