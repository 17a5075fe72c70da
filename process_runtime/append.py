"""Appending to a file that others append to and read, so that it holds whole lines only."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

__all__ = ["append_line"]


def append_line(path: Path, line: bytes) -> None:
    """Append `line` to `path`, whole and on disk when this returns; created readable by its owner alone.

    What a crash in the middle of an earlier line left becomes a line of its own.

    Raises:
        OSError: The file is as it was before.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # Held against other writers until the descriptor is closed.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if not _ends_a_line(path, size):
            line = b"\n" + line
        try:
            written = 0
            while written < len(line):
                written += os.write(descriptor, line[written:])
            os.fsync(descriptor)
        except OSError:
            # Half a line would spoil the next one.
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def _ends_a_line(path: Path, size: int) -> bool:
    if size == 0:
        return True
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"
