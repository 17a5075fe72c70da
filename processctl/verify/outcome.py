"""What a gate says."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass


class Status(enum.StrEnum):
    """How a gate ended."""

    PASSED = "passed"
    FAILED = "failed"
    """It found what has to be mended."""
    SKIPPED = "skipped"
    """Nothing to look at, or not asked to look; the summary says why."""
    NOT_RUN = "not run"
    """It could not look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one gate.

    Attributes:
        status: How it ended.
        summary: One line for people.
        details: What was found: what, where, how to mend; a line or more each.
    """

    status: Status
    summary: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate by the name that `--skip` and `--only` know."""

    name: str
    question: str
    """What it asks, for the documentation and for progress."""
    look: Callable[[], Outcome]


def found(details: Sequence[str], *, clean: str, summary: str) -> Outcome:
    """Return the outcome of a gate that has looked: passed without `details`, else failed."""
    if details:
        return Outcome(Status.FAILED, summary, tuple(details))
    return Outcome(Status.PASSED, clean)
