"""The systems that the Sales processes work with, played by a SQLite file in which every effect is one row.

A real activity hands its idempotency key to the Sales domain or the ERP system, which then does the thing once
however often it is asked. This file keeps the same promise, and counts how often it was asked.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ameide_core_proto.sales.process.v1.sales_common_pb2 import QuoteKey
from process_runtime.activities import idempotency_key

_SCHEMA = """
CREATE TABLE IF NOT EXISTS effects (
    idempotency_key TEXT PRIMARY KEY,
    effect TEXT NOT NULL,
    quote TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL
)
"""
_RECORD = """
INSERT INTO effects VALUES (?, ?, ?, ?, 1)
ON CONFLICT (idempotency_key) DO UPDATE SET attempts = attempts + 1
"""
_READ = "SELECT effect, quote, detail, attempts FROM effects ORDER BY rowid"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that happened once, and how often it was asked for."""

    name: str
    quote: str
    """``<tenant>/<quote>``."""
    detail: str
    attempts: int


class SalesSystems:
    """The Sales domain, the ERP system and the mail. Safe across processes and threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)

    @classmethod
    def from_environment(cls) -> "SalesSystems":
        """Open the file that ``SALES_SYSTEMS`` names."""
        return cls(Path(os.environ.get("SALES_SYSTEMS", "sales-systems.sqlite3")))

    async def do(self, effect: str, key: QuoteKey, detail: str = "") -> None:
        """Let `effect` happen, unless it already did for this call of an activity."""
        values = (idempotency_key(), effect, f"{key.tenant_id}/{key.quote_id}", detail)
        await asyncio.to_thread(self._record, values)

    async def has_done(self, effect: str, key: QuoteKey) -> bool:
        """Return whether `effect` has happened for this quote."""
        quote = f"{key.tenant_id}/{key.quote_id}"
        effects = await asyncio.to_thread(self.effects)
        return any((done.name, done.quote) == (effect, quote) for done in effects)

    def effects(self) -> list[Effect]:
        """Return every effect in the order they happened."""
        with self._connected() as connection:
            return [Effect(*row) for row in connection.execute(_READ)]

    def _record(self, values: tuple[str, str, str, str]) -> None:
        with self._connected() as connection:
            connection.execute(_RECORD, values)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            yield connection
