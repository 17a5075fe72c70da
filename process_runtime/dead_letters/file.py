"""A JSON Lines file of dead letters: written by one ingress, seen to by anybody.

A line is a letter, or ``{"done": "<ID>", "time": …}``, which closes the letters of that ID before it. Lines
are only ever appended, each whole and on disk before anybody is told, so that a crash loses at most what
nobody was told of; what it leaves of a line is skipped.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final

from process_runtime.append import append_line
from process_runtime.dead_letters.letter import DeadLetter, LetterFormatError
from process_runtime.dead_letters.stream import DeadLetterError, DeadLetterOptions, DeadLetterStream

__all__ = ["FileDeadLetters", "FileOptions", "file_problem"]

logger = logging.getLogger(__name__)

_DONE: Final = "done"


class FileOptions(DeadLetterOptions):
    """Options of a binding of kind ``file``."""

    path: Path
    """The file; created when the first letter comes. Its folder has to exist."""


def file_problem(path: Path, *, writable: bool) -> str | None:
    """Return why no letters can be written to `path`, or read from it, or None."""
    wanted = os.R_OK | (os.W_OK if writable else 0)
    if os.access(path if path.exists() else path.parent, wanted) and not path.is_dir():
        return None
    verb, other = ("written", "write") if writable else ("read", "read")
    return f"it cannot be {verb}; create its folder, and let this user {other} there"


class FileDeadLetters(DeadLetterStream):
    """One object a line, readable by its owner alone."""

    options_type: ClassVar[type[DeadLetterOptions]] = FileOptions

    def __init__(self, options: FileOptions) -> None:
        self.path = options.path
        self._turn = asyncio.Lock()
        self._claim: int | None = None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the claim up."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    async def claim(self) -> None:
        """Lock ``<path>.lock``, which a crash unlocks."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            claim = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DeadLetterError(f"{lock}: {error.strerror}") from error
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(claim)
            raise DeadLetterError(
                f"{self.path}: another ingress writes its dead letters there; give each replica a file of "
                "its own, or bind a stream of a broker (DEAD_LETTER_BINDING_FILE)"
            ) from None
        self._claim = claim

    async def write(self, letter: DeadLetter) -> None:
        """Append `letter` and wait until it is on disk."""
        await self._append(letter.to_json())

    async def drop(self, letter_id: str) -> None:
        """Append a mark and wait until it is on disk."""
        if await asyncio.to_thread(self._open_letters, letter_id):
            time = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            await self._append(json.dumps({_DONE: letter_id, "time": time}))

    async def letters(self) -> AsyncGenerator[DeadLetter, None]:
        """Read the file twice: for what is open, and then that, a letter at a time."""
        for offset in (await asyncio.to_thread(self._open_letters)).values():
            yield await asyncio.to_thread(self._letter_at, offset)

    async def find(self, letter_id: str) -> DeadLetter | None:
        """Return the open letter of that ID, or None."""
        offset = (await asyncio.to_thread(self._open_letters, letter_id)).get(letter_id)
        return None if offset is None else await asyncio.to_thread(self._letter_at, offset)

    async def _append(self, line: str) -> None:
        async with self._turn:
            try:
                await asyncio.to_thread(append_line, self.path, line.encode() + b"\n")
            except OSError as error:
                raise DeadLetterError(f"{self.path}: {error.strerror or error}") from error

    def _open_letters(self, wanted: str | None = None) -> dict[str, int]:
        """Where the open letters are, by ID; only `wanted` if given."""
        found: dict[str, int] = {}
        for number, (offset, tree) in enumerate(self._lines(), 1):
            if isinstance(tree, dict) and isinstance(tree.get(_DONE), str):
                found.pop(tree[_DONE], None)
                continue
            try:
                letter = DeadLetter.from_json(tree)
            except LetterFormatError as error:
                logger.warning("%s:%d is skipped, being no dead letter: %s", self.path, number, error)
                continue
            if wanted in (None, letter.id):
                found.setdefault(letter.id, offset)
        return found

    def _lines(self) -> Iterator[tuple[int, Any]]:
        """The offset of each whole line, and what is there: None if it is no JSON."""
        try:
            with self.path.open("rb") as file:
                offset = 0
                for line in file:
                    if not line.endswith(b"\n"):
                        # Being written, or what a crash left of it: in both cases nobody was told of it.
                        return
                    try:
                        yield offset, json.loads(line)
                    except (ValueError, RecursionError):
                        yield offset, None
                    offset += len(line)
        except FileNotFoundError:
            return
        except OSError as error:
            raise DeadLetterError(f"{self.path}: {error.strerror or error}") from error

    def _letter_at(self, offset: int) -> DeadLetter:
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                return DeadLetter.from_json(json.loads(file.readline()))
        except (OSError, ValueError) as error:
            # It was a letter a moment ago, so somebody put another file there.
            raise DeadLetterError(f"{self.path}: it was replaced while it was read; try again") from error
