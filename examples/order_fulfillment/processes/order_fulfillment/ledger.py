"""The outside world of this example: a SQLite file in which every effect on it is one row.

A real activity hands its idempotency key to the payment or shipping system, which then does the thing once
however often it is asked. This ledger keeps the same promise, and counts how often it was asked.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS effects (
    idempotency_key TEXT PRIMARY KEY,
    effect TEXT NOT NULL,
    order_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL
)
"""
_RECORD = """
INSERT INTO effects VALUES (?, ?, ?, ?, 1)
ON CONFLICT (idempotency_key) DO UPDATE SET attempts = attempts + 1
"""
_READ = "SELECT effect, order_id, detail, attempts FROM effects ORDER BY rowid"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that happened once in the outside world, and how often it was asked for."""

    name: str
    order_id: str
    detail: str
    attempts: int


class Ledger:
    """Every effect, each under its idempotency key. Safe across processes and threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)

    def record(self, idempotency_key: str, effect: str, order_id: str, detail: str = "") -> None:
        """Let `effect` happen, unless it already did under this key; then count one more attempt."""
        with self._connected() as connection:
            connection.execute(_RECORD, (idempotency_key, effect, order_id, detail))

    def effects(self) -> list[Effect]:
        """Return every effect in the order they happened."""
        with self._connected() as connection:
            return [Effect(*row) for row in connection.execute(_READ)]

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            yield connection
