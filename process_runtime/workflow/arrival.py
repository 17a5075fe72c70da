"""One event that arrived, and what becomes of it without a handler."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Generic

from google.protobuf.message import Message
from temporalio.exceptions import ApplicationError

from process_runtime.tracing import TraceContext
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.process import EnvelopeT
from process_runtime.workflow.trace import ARRIVING


@dataclass(slots=True)
class Arrival(Generic[EnvelopeT]):
    """One event, in the order it came."""

    envelope: EnvelopeT
    is_update: bool = False
    """Whether the handler replies, and may refuse without failing the process."""
    caller: asyncio.Future[Message | bytes | None] | None = None
    """Where the caller of an update waits; None for a signal, and once the update is another run's."""
    trace: TraceContext | None = field(default_factory=ARRIVING.get)
    """Of the signal or update that brought it; its own, if it has one, comes first."""
    size: int = field(init=False)
    """Bytes of the envelope."""

    def __post_init__(self) -> None:
        self.size = self.envelope.ByteSize()

    def answer(self, reply: Message | bytes | None) -> None:
        """Give the caller the reply, or the first reply as it was serialized."""
        if self.caller is not None:
            self.caller.set_result(reply)

    def refuse(self, error: BaseException) -> None:
        """Raise `error` where the caller waits."""
        if self.caller is not None:
            self.caller.set_exception(error)


@dataclass(slots=True)
class Answered:
    """An event that needs no handler."""

    reply: bytes | None = None
    """Of the update it repeats."""
    error: ApplicationError | None = None
    """For the caller of an update."""

    def give(self, arrival: Arrival[Any]) -> None:
        """Answer the caller, if there is one."""
        if self.error is not None:
            arrival.refuse(self.error)
        else:
            arrival.answer(self.reply)


def unknown_event() -> ApplicationError:
    """What the caller of an update is told whose event this worker cannot read."""
    return ApplicationError(
        "the event is incomplete, or of a type this worker does not know",
        type=UpdateFailure.UNKNOWN_EVENT,
        non_retryable=True,
    )
