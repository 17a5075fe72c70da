"""What the program that replays is told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from processctl.replay.report import ReplayedHistory


@dataclass(frozen=True, slots=True)
class Task:
    """Histories of one process."""

    package: str
    """Its generated package."""
    files: tuple[Path, ...] | None = None
    """Histories; None are those beside the module that people wrote."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to replay."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    histories: list[ReplayedHistory] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


JOB: TypeAdapter[Job] = TypeAdapter(Job)
OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
