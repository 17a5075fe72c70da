"""Reading lines from a file that may grow, or from standard input; and keeping the position."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from process_runtime.health import Condition
from process_runtime.service import ServiceError

__all__ = ["FileLines", "Line", "Position", "PositionFile", "StandardInputLines"]

logger = logging.getLogger(__name__)

_BATCH_LINES: Final = 100
_SKIP_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Position:
    """Where a line ends."""

    inode: int
    """Which file: a path may come to name another."""
    offset: int
    """Bytes from the start of the file."""
    line: int
    """Number of the line, from 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. One longer than the limit is cut off just after it."""

    data: bytes
    position: Position


class PositionFile:
    """Keeps a position over restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Position | None:
        """Return the position kept, or None if there is none.

        Raises:
            ServiceError: The file holds something else.
        """
        try:
            return Position(**json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            raise ServiceError(
                f"{self._path} is no position file, or cannot be read; remove it to start over"
            ) from None

    def save(self, position: Position) -> None:
        """Replace the position kept.

        Raises:
            OSError: It cannot be kept.
        """
        temporary = self._path.with_name(f"{self._path.name}.new")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(asdict(position), file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)


class FileLines:
    """The lines of a file, which is read from the start again when it is replaced or cut short."""

    def __init__(self, path: Path, *, limit: int, follow: bool, poll: float) -> None:
        """Read `path`.

        Args:
            path: The file; when followed it need not exist yet.
            limit: Longest line in bytes.
            follow: Whether to wait for more at the end.
            poll: Seconds between two looks.
        """
        self._path = path
        self._limit = limit
        self._follow = follow
        self._poll = poll

    async def read(self, start: Position | None, condition: Condition) -> AsyncIterator[Line]:
        """Yield the lines after `start`; drives `condition`.

        Raises:
            ServiceError: The file cannot be read.
        """
        while True:
            file = await self._open(condition)
            try:
                inode = os.fstat(file.fileno()).st_ino
                position = self._resume(file, start, inode)
                condition.ready()
                while True:
                    lines = await asyncio.to_thread(self._next_lines, file, position)
                    for line in lines:
                        yield line
                    if lines:
                        position = lines[-1].position
                    elif not self._follow:
                        return
                    elif self._is_other(file, position):
                        logger.info("%s was replaced or cut short: reading it from the start", self._path)
                        break
                    else:
                        await asyncio.sleep(self._poll)
            finally:
                file.close()
            start = None

    async def _open(self, condition: Condition) -> BinaryIO:
        while True:
            try:
                return self._path.open("rb")
            except FileNotFoundError:
                if not self._follow:
                    raise ServiceError(f"{self._path}: there is no such file") from None
                condition.not_ready("NoFile", f"{self._path}: waiting for the file to appear")
                await asyncio.sleep(self._poll)
            except OSError as error:
                raise ServiceError(f"{self._path} cannot be read: {error.strerror}") from None

    def _resume(self, file: BinaryIO, start: Position | None, inode: int) -> Position:
        if start is None:
            return Position(inode, 0, 0)
        if start.inode != inode or start.offset > os.fstat(file.fileno()).st_size:
            logger.warning(
                "%s is not the file whose position was kept: reading it from the start", self._path
            )
            return Position(inode, 0, 0)
        return start

    def _is_other(self, file: BinaryIO, position: Position) -> bool:
        """Whether the path names another file by now, or this one has been cut short."""
        try:
            named = self._path.stat()
        except FileNotFoundError:
            return False
        held = os.fstat(file.fileno())
        return (named.st_ino, named.st_dev) != (held.st_ino, held.st_dev) or held.st_size < position.offset

    def _next_lines(self, file: BinaryIO, position: Position) -> list[Line]:
        """The next whole lines; the last one may lack its end if nothing will come after it."""
        lines: list[Line] = []
        file.seek(position.offset)
        while len(lines) < _BATCH_LINES:
            data = file.readline(self._limit + 1)
            whole = data.endswith(b"\n")
            if not whole and len(data) > self._limit:
                whole = _skip_line(file)
            if not data or (not whole and self._follow):
                break
            position = Position(position.inode, file.tell(), position.line + 1)
            lines.append(Line(data.rstrip(b"\r\n"), position))
        return lines


class StandardInputLines:
    """The lines of standard input, to its end."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    async def read(self, condition: Condition) -> AsyncIterator[Line]:
        """Yield the lines; drives `condition`."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Line | None] = asyncio.Queue(maxsize=1)

        def feed() -> None:
            number = 0
            while data := sys.stdin.buffer.readline(self._limit + 1):
                number += 1
                if not data.endswith(b"\n") and len(data) > self._limit:
                    _skip_line(sys.stdin.buffer)
                line = Line(data.rstrip(b"\r\n"), Position(0, 0, number))
                asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()
            asyncio.run_coroutine_threadsafe(queue.put(None), loop).result()

        # A read of standard input cannot be interrupted; as a daemon it does not keep the process alive.
        threading.Thread(target=feed, name="standard-input", daemon=True).start()
        condition.ready()
        while (line := await queue.get()) is not None:
            yield line


def _skip_line(file: BinaryIO) -> bool:
    """Go to the end of the line, and say whether it has one."""
    while rest := file.readline(_SKIP_BYTES):
        if rest.endswith(b"\n"):
            return True
    return False
