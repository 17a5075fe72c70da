"""What a stream of dead letters is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol

from process_runtime.bindings import BindingOptions
from process_runtime.dead_letters.letter import DeadLetter

__all__ = ["DeadLetterError", "DeadLetterOptions", "DeadLetterStream", "DeadLetters", "LetterFilter"]


class DeadLetterError(Exception):
    """The stream did not do what was asked. The message says why, and names no value of a letter."""


class DeadLetterOptions(BindingOptions):
    """What a binding says to a stream of dead letters."""


class DeadLetters(Protocol):
    """What the ingress needs: somewhere to write."""

    async def write(self, letter: DeadLetter) -> None:
        """Keep `letter` durably; the message is settled when this returns.

        Called for several letters at once. Called again, with the same ID, after any failure and after a
        crash: a letter that is written twice is there once.

        Raises:
            DeadLetterError: It is not kept, as far as one can tell; the ingress waits and tries again.
        """


class DeadLetterStream(AbstractAsyncContextManager["DeadLetterStream"], DeadLetters, ABC):
    """Keeps letters until somebody has seen to them; usable from when it is entered until it is left.

    The ingress enters it and claims it before the first message; `processctl dlq` enters it meanwhile without
    claiming it. Entering and claiming must not fail, nor wait, because a broker is away: each call copes.
    """

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what is open; by default nothing is."""

    async def claim(self) -> None:
        """Prepare to be written to by this ingress, until the stream is left.

        Raises:
            DeadLetterError: Another ingress writes to it, and this kind bears one. The ingress ends.
        """

    @abstractmethod
    async def write(self, letter: DeadLetter) -> None:
        """See `DeadLetters.write`. A letter that was dropped and is written again is open again."""

    @abstractmethod
    def letters(self) -> AsyncGenerator[DeadLetter, None]:
        """Yield the letters that are open now, oldest first, each once; then end.

        What is in the stream and is no letter is skipped, with a warning in the log. Memory does not grow
        with the size of the letters. The caller may stop early and close the generator.

        Raises:
            DeadLetterError: The stream cannot be read.
        """

    async def find(self, letter_id: str) -> DeadLetter | None:
        """Return the open letter of that ID, or None.

        Raises:
            DeadLetterError: The stream cannot be read.
        """
        async with aclosing(self.letters()) as letters:
            async for letter in letters:
                if letter.id == letter_id:
                    return letter
        return None

    @abstractmethod
    async def drop(self, letter_id: str) -> None:
        """Mark a letter as seen to, durably: it is no longer open. What is not open stays so.

        Raises:
            DeadLetterError: It is not marked, as far as one can tell.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """Which letters to look at; what is None does not matter."""

    reason: str | None = None
    process: str | None = None
    subscription: str | None = None
    since: datetime | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Return whether `letter` is one of them."""
        return (
            self.reason in (None, letter.reason)
            and self.process in (None, letter.process)
            and self.subscription in (None, letter.subscription)
            and (self.since is None or letter.time >= self.since)
        )

    async def select(
        self, stream: DeadLetterStream, limit: int | None = None
    ) -> AsyncGenerator[DeadLetter, None]:
        """Yield the open letters of `stream` that it takes, oldest first, at most `limit`.

        Raises:
            DeadLetterError: The stream cannot be read.
        """
        count = 0
        async with aclosing(stream.letters()) as letters:
            async for letter in letters:
                if limit is not None and count >= limit:
                    return
                if self.takes(letter):
                    count += 1
                    yield letter
