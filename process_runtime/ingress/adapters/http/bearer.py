"""Bearer tokens from files that may be exchanged while this program runs.

https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

__all__ = ["BearerTokens"]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _TokenFile:
    path: Path
    seen: tuple[int, int, int] = (0, 0, 0)
    digests: tuple[bytes, ...] = ()

    def read(self) -> None:
        """Read the file if it is another than the one read last.

        Raises:
            OSError: It cannot be read.
        """
        status = self.path.stat()
        seen = (status.st_ino, status.st_size, status.st_mtime_ns)
        if seen != self.seen:
            tokens = [line.strip() for line in self.path.read_bytes().splitlines()]
            self.digests = tuple(_digest(token) for token in tokens if token)
            self.seen = seen


@dataclass(slots=True)
class BearerTokens:
    """The tokens that are valid now: several, so that a new one is known before the old one goes."""

    files: list[_TokenFile]
    _failed: set[Path] = field(default_factory=set)

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> Self:
        """Return the tokens in the files at `paths`, one a line.

        Raises:
            ValueError: A file cannot be read, or there is no token in any.
        """
        tokens = cls([_TokenFile(path) for path in paths])
        for file in tokens.files:
            try:
                file.read()
            except OSError as error:
                raise ValueError(
                    f"bearer_token_files: a file cannot be read: {error.strerror}; "
                    "mount it, and let this user read it"
                ) from None
        if not any(file.digests for file in tokens.files):
            raise ValueError("bearer_token_files: there is no token in them; write one on each line")
        return tokens

    def holder(self, authorization: str) -> str | None:
        """Return a name for the sender of an ``Authorization`` header, None for a stranger.

        The time it takes tells nothing about the tokens.
        """
        self._refresh()
        scheme, _, token = authorization.partition(" ")
        sent = _digest(token.strip().encode())
        found = None
        for digest in (digest for file in self.files for digest in file.digests):
            if hmac.compare_digest(digest, sent):
                found = digest
        return found.hex() if found is not None and scheme.lower() == "bearer" else None

    def _refresh(self) -> None:
        for file in self.files:
            try:
                file.read()
            except OSError as error:
                # While a secret is exchanged its file may be away; the tokens known so far stay valid.
                if file.path not in self._failed:
                    logger.error("a file of bearer tokens cannot be read: %s", error.strerror)
                self._failed.add(file.path)
            else:
                self._failed.discard(file.path)


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
