"""Continue-As-New: when a run hands over to the next one, and what it hands over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from process_runtime.contract import NOTES_LENGTH, ProcessKind
from process_runtime.payloads.errors import PayloadTooLarge
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.activation import is_being_cancelled
from process_runtime.workflow.carried import (
    CarriedState,
    decode_bytes,
    encode_bytes,
)
from process_runtime.workflow.facts import FactOutbox
from process_runtime.workflow.inbox import Inbox
from process_runtime.workflow.process import EnvelopeT, Process, ResultT, StartT, StateT
from process_runtime.workflow.scope import ProcessScope

_MINIMUM_HISTORY_LIMIT: Final = 20
# Continue-As-New carries everything as an argument, and Temporal fails an execution whose arguments have more
# than 2 MiB: what waits is let go first, and beyond the second limit the run goes on rather than be failed.
_CARRIED_INBOX_BYTES: Final = 256 * 1024
_CARRIED_BYTES: Final = 1_900_000
# Measuring what would be carried costs as much as carrying it: a run that is too large does so rarely.
_EVENTS_BETWEEN_TRIES: Final = 50
# A run waits so many events for a moment in which no caller of an update waits.
_EVENTS_OF_PATIENCE: Final = 20


@dataclass(slots=True)
class Position:
    """Numbers what the process tells the world: 1, 2, 3 and on, without a gap across runs."""

    epoch: int = 0
    """How many runs came before."""
    seq: int = 0
    """The last number the execution gave out."""

    def next(self) -> tuple[int, int]:
        """Give out the next number, behind the run's epoch."""
        self.seq += 1
        return self.epoch, self.seq


class HandOver(Generic[EnvelopeT, StartT, ResultT, StateT]):
    """The hand-over of one run: from the last run, and to the next."""

    def __init__(
        self,
        process: Process[EnvelopeT, StartT, ResultT, StateT],
        start: Message,
        inbox: Inbox[EnvelopeT],
        *,
        scope: ProcessScope,
        outbox: FactOutbox,
        position: Position,
    ) -> None:
        """Prepare the hand-over of a run.

        Raises:
            ValueError: ``history_limit`` of the process is too low to make progress in a run.
        """
        limit = process.history_limit
        if limit is not None and limit < _MINIMUM_HISTORY_LIMIT:
            raise ValueError(
                f"{type(process).__name__}.history_limit is {limit}; a run needs {_MINIMUM_HISTORY_LIMIT}"
            )
        self._process = process
        self._start = start
        self._inbox = inbox
        self._scope = scope
        self._outbox = outbox
        self._position = position
        self.oversize = 0
        """Bytes that the last try would have carried, if they were too many; else 0."""
        self._settled = 0
        self._next_try = 0
        self._due_since: int | None = None
        self._unheard_in: int | None = None
        self._long = False
        self._looked_at: tuple[int, ...] = ()
        self._noted = False
        # Of executions that began before it was noted, replays expect no note.
        self._notes = workflow.memo_value(NOTES_LENGTH, False, type_hint=bool)

    def settled(self) -> None:
        """Note that an event was handled."""
        self._settled += 1

    def cancelled(self) -> None:
        """Note a cancellation: this run alone knows of it until ``run()`` has heard it."""
        self._unheard_in = self._process._waits.begun

    def is_due(self, body: asyncio.Task[Any]) -> bool:
        """Whether, no handler running, a new run could go on from here without loss or repetition."""
        return (
            self._process.contract.kind is ProcessKind.ENTITY
            and self._history_is_long()
            and not is_being_cancelled()
            and not body.done()
            and self._process._waits.parked
            # In the wait that a cancellation interrupts: what run() makes of it is not in the state yet.
            and self._process._waits.begun != self._unheard_in
            and self._scope.in_flight == 0
            and self._outbox.idle
            and (self._settled > 0 or not self._inbox.waiting)
            and self._settled >= self._next_try
            and self._inbox.waiting_bytes <= _CARRIED_INBOX_BYTES
        )

    def is_overdue(self) -> bool:
        """Whether the callers of updates have held a due hand-over up for long enough."""
        if self._due_since is None:
            self._due_since = self._settled
        return self._settled - self._due_since >= _EVENTS_OF_PATIENCE

    def hand_over(self) -> None:
        """Continue as a new run, unless Temporal would fail the execution for what it carries."""
        if (arguments := self._arguments()) is not None:
            workflow.continue_as_new(args=arguments)

    def fits(self) -> bool:
        """Whether Temporal would take what a new run would be given."""
        return self._arguments() is not None

    def _arguments(self) -> list[Any] | None:
        """What the next run is given; None, counted and logged, if Temporal would not take it."""
        carried = self._carried()
        try:
            arguments = workflow.payload_converter().to_payloads([self._start, carried])
        except PayloadTooLarge as refusal:
            size, fits = refusal.size, False
        else:
            size = sum(payload.ByteSize() for payload in arguments)
            # More goes only where a setting lets it be kept outside the history. That has to stand in the
            # history: workers with the setting have to replay the moments in which it was too much.
            fits = size <= _CARRIED_BYTES or workflow.patched(f"carried-beyond-limit-{self._settled}")
        if not fits:
            self.oversize = size
            # The events until then may make the state smaller.
            self._next_try = self._settled + _EVENTS_BETWEEN_TRIES
            workflow.metric_meter().create_counter(
                "process_hand_overs_too_large",
                "Runs that could not continue as new for what they would carry.",
            ).add(1, {"process": self._process.contract.name})
            workflow.logger.error(
                "%d bytes are too many to continue as new (%d at most, of which %d are the state's): "
                "the history grows on, and Temporal ends the process when it is full; keep less in the "
                "state, or let it be kept outside the history (PAYLOAD_OFFLOAD_BYTES)",
                size,
                _CARRIED_BYTES,
                len(carried.state),
            )
            return None
        return [self._start, carried]

    def restore(self, carried: CarriedState) -> None:
        """Take over what the last run handed over; the inbox has taken its part."""
        process = self._process
        self._position.epoch, self._position.seq = carried.run_epoch, carried.seq
        process._phase = carried.phase
        if process.state is not None:
            process.state.ParseFromString(decode_bytes(carried.state))
        process._waits.resume(carried.wait, carried.timers)
        self._outbox.cause = carried.cause
        process.saga.restore(carried, process.activity_options)

    def _carried(self) -> CarriedState:
        state = self._process.state
        return CarriedState(
            run_epoch=self._position.epoch + 1,
            seq=self._position.seq,
            phase=self._process.phase,
            state="" if state is None else encode_bytes(state.SerializeToString(deterministic=True)),
            cause=self._outbox.cause,
            began=None if self._process._progress is None else self._process._progress.began.timestamp(),
            **self._process.saga.carried(),
            **self._process._waits.carried(),
            **self._inbox.carried(),
        )

    def _history_is_long(self) -> bool:
        """Whether it was when the process last got further: an event handled or kept, a wait or a call begun.

        Not whether it is now. A workflow task may bring nothing but a longer history, after a local activity
        or a query for instance. A replay skips such a task, and so nothing may be decided in one.
        """
        moment = (
            self._settled,
            self._inbox.counts.unknown,
            self._process._waits.begun_anywhere,
            self._scope.begun,
        )
        if moment != self._looked_at:
            self._looked_at = moment
            # What a cancellation holds up now is due when the process has got further.
            self._long = not is_being_cancelled() and (self._noted or self._is_long_at(moment))
        return self._long

    def _is_long_at(self, moment: Sequence[int]) -> bool:
        """Whether the history is long enough now, at `moment`; in a replay, whether it was."""
        # After a local activity that outlasted a workflow task, a replay sees another length than the run.
        if not (self._notes and workflow.unsafe.is_replaying()):
            info, limit = workflow.info(), self._process.history_limit
            is_long = info.is_continue_as_new_suggested() or (
                limit is not None and info.get_current_history_length() >= limit
            )
            if not (self._notes and is_long):
                return is_long
        self._noted = workflow.patched(f"long-{'-'.join(map(str, moment))}")
        return self._noted


def continued_as_new() -> ApplicationError:
    """What the caller of an update is told that goes on into the next run: ask that one."""
    return ApplicationError(
        "the process went on as a new run; send the update again under the same ID",
        type=UpdateFailure.CONTINUED_AS_NEW,
    )
