"""No broker at all: JSON Lines files, one for each replica, for what can be seen of a run without one."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from process_runtime.append import append_line
from process_runtime.testing.servers import RunningServer

_FILES: Final = 3


class Files:
    """A file of events for each replica, the keys divided among them."""

    server: RunningServer | None = None

    def __init__(self, folder: Path) -> None:
        self._events = [folder / f"events-{number}.jsonl" for number in range(_FILES)]
        self._letters = [folder / f"letters-{number}.jsonl" for number in range(_FILES)]

    async def open(self) -> None:
        """Make the files."""
        for path in self._events:
            path.touch()

    def binding(self, replica: int) -> Mapping[str, Any]:
        """Return how a replica reads its file."""
        return {"kind": "jsonl", "path": str(self._events[replica])}

    def dead_letters(self, replica: int) -> Mapping[str, Any]:
        """Return the replica's own file."""
        return {"kind": "file", "path": str(self._letters[replica])}

    async def publish(self, key: str, body: bytes) -> None:
        """Add a line."""
        file = self._events[zlib.crc32(key.encode()) % _FILES]
        await asyncio.to_thread(append_line, file, body + b"\n")

    async def held(self) -> Sequence[bytes]:
        """Return all lines."""
        return [line for path in self._events for line in _lines(path)]

    async def waiting(self) -> int:
        """Return how many lines are beyond the positions that the replicas have kept."""
        return sum(len(_lines(path)) - _passed(Path(f"{path}.position")) for path in self._events)

    async def close(self) -> None:
        """Nothing is open."""


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _passed(position: Path) -> int:
    return int(json.loads(position.read_text())["line"]) if position.exists() else 0
