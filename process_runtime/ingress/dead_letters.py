"""Where messages go that can never succeed: with everything needed to understand them and send them again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from process_runtime.append import append_line
from process_runtime.ingress.events import RawMessage, Rejection

__all__ = ["DeadLetter", "DeadLetterError", "DeadLetters", "FileDeadLetters"]


class DeadLetterError(Exception):
    """The dead letter could not be kept; the message must not be settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that can never succeed, whole."""

    id: str
    """Equal when the same bytes at the same position are given up again, after a crash for instance."""
    time: datetime
    process: str
    """Empty when nobody could tell whose it is."""
    subscription: str
    adapter: str
    position: str
    reason: str
    detail: str
    headers: Mapping[str, str]
    content_type: str
    data: bytes

    @classmethod
    def of(cls, message: RawMessage, rejection: Rejection) -> DeadLetter:
        """Return the dead letter of `message`."""
        digest = hashlib.sha256()
        for part in (message.subscription, message.adapter, message.position, rejection.reason):
            digest.update(part.encode(errors="surrogatepass") + b"\0")
        digest.update(message.body)
        return cls(
            id=digest.hexdigest()[:32],
            time=datetime.now(UTC),
            process=rejection.process,
            subscription=message.subscription,
            adapter=message.adapter,
            position=message.position,
            reason=rejection.reason.value,
            detail=rejection.detail,
            headers=message.headers,
            content_type=message.content_type,
            data=message.body,
        )

    def to_json(self) -> str:
        """Return the letter as one line of JSON; ``data`` is base64."""
        return json.dumps(
            {
                "id": self.id,
                "time": self.time.isoformat().replace("+00:00", "Z"),
                "process": self.process,
                "subscription": self.subscription,
                "adapter": self.adapter,
                "position": self.position,
                "reason": self.reason,
                "detail": self.detail,
                "headers": dict(self.headers),
                "content_type": self.content_type,
                "data": base64.b64encode(self.data).decode(),
            }
        )


class DeadLetters(Protocol):
    """A dead-letter stream."""

    async def write(self, letter: DeadLetter) -> None:
        """Keep `letter` durably.

        Raises:
            DeadLetterError: It is not kept.
        """


class FileDeadLetters:
    """A JSON Lines file, one object a line, written by one ingress. Readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()

    async def write(self, letter: DeadLetter) -> None:
        """Append `letter` and wait until it is on disk."""
        line = letter.to_json().encode() + b"\n"
        async with self._lock:
            try:
                await asyncio.to_thread(append_line, self._path, line)
            except OSError as error:
                raise DeadLetterError(f"{self._path}: {error.strerror or error}") from error
