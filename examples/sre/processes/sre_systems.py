"""The systems that a triage works with, played by a SQLite file in which every effect is one row.

A real activity hands its idempotency key to the system that it changes, which then does the thing once however often
it is asked. This file keeps the same promise, and counts how often it was asked.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import IncidentKey
from process_runtime.activities import idempotency_key

_SCHEMA = """
CREATE TABLE IF NOT EXISTS effects (
    idempotency_key TEXT PRIMARY KEY,
    effect TEXT NOT NULL,
    incident TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS knowledge (
    backlog_item TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    incident TEXT NOT NULL
);
"""
_RECORD = """
INSERT INTO effects VALUES (?, ?, ?, ?, 1)
ON CONFLICT (idempotency_key) DO UPDATE SET attempts = attempts + 1
"""
_READ = "SELECT effect, incident, detail, attempts FROM effects ORDER BY rowid"
_LEARN = "INSERT OR REPLACE INTO knowledge VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that happened once, and how often it was asked for."""

    name: str
    incident: str
    """``<tenant>/<incident>``."""
    detail: str
    attempts: int


class SreSystems:
    """The SRE domain, the gitops repo, the backlog and the pager. Safe across processes and threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    @classmethod
    def from_environment(cls) -> "SreSystems":
        """Open the file that ``SRE_SYSTEMS`` names."""
        return cls(Path(os.environ.get("SRE_SYSTEMS", "sre-systems.sqlite3")))

    async def do(self, effect: str, key: IncidentKey, detail: str = "") -> None:
        """Let `effect` happen, unless it already did for this call of an activity."""
        values = (idempotency_key(), effect, f"{key.tenant_id}/{key.incident_id}", detail)
        await asyncio.to_thread(self._write, _RECORD, values)

    async def has_done(self, effect: str, key: IncidentKey, detail: str) -> bool:
        """Return whether `effect` has happened."""
        incident = f"{key.tenant_id}/{key.incident_id}"
        effects = await asyncio.to_thread(self.effects)
        return any((done.name, done.incident, done.detail) == (effect, incident, detail) for done in effects)

    async def learn(self, backlog_item: str, fingerprint: str, incident_id: str) -> None:
        """Let the projections know of a backlog item."""
        await asyncio.to_thread(self._write, _LEARN, (backlog_item, fingerprint, incident_id))

    def effects(self) -> list[Effect]:
        """Return every effect in the order they happened."""
        with self._connected() as connection:
            return [Effect(*row) for row in connection.execute(_READ)]

    def projections(self) -> "Projections":
        """Return the query services."""
        return Projections(self._path)

    def _write(self, statement: str, values: Sequence[str]) -> None:
        with self._connected() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            yield connection


class Projections:
    """The query services of knowledge index, incidents and runbooks: read only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def backlog_items(self, fingerprint: str) -> list[str]:
        """Ask the KnowledgeIndexQueryService for backlog items of incidents that looked alike."""
        return await self._read("backlog_item", fingerprint)

    async def incidents(self, fingerprint: str) -> list[str]:
        """Ask the IncidentQueryService for incidents that looked alike."""
        return await self._read("incident", fingerprint)

    async def runbooks(self, fingerprint: str) -> list[str]:
        """Ask the RunbookQueryService for documented procedures."""
        return [f"runbook of {item}" for item in await self._read("backlog_item", fingerprint)]

    async def _read(self, column: str, fingerprint: str) -> list[str]:
        return await asyncio.to_thread(self._select, column, fingerprint)

    def _select(self, column: str, fingerprint: str) -> list[str]:
        with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            statement = f"SELECT {column} FROM knowledge WHERE fingerprint = ? ORDER BY rowid"
            return [found for (found,) in connection.execute(statement, (fingerprint,))]
