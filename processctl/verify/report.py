"""How the outcomes of all gates are printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from processctl.errors import EXIT_FOUND, EXIT_NOT_RUN
from processctl.verify.outcome import Gate, Outcome, Status

_COLOURS = {Status.PASSED: "green", Status.FAILED: "red", Status.SKIPPED: "yellow", Status.NOT_RUN: "red"}


@dataclass(frozen=True, slots=True)
class Looked:
    """A gate, how it ended, and how long that took in seconds."""

    gate: Gate
    outcome: Outcome
    seconds: float


def exit_code(all_looked: Sequence[Looked]) -> int:
    """Return 1 if a gate failed, else 2 if one could not look, else 0."""
    ends = {looked.outcome.status for looked in all_looked}
    if Status.FAILED in ends:
        return EXIT_FOUND
    return EXIT_NOT_RUN if Status.NOT_RUN in ends else 0


def coloured(status: Status) -> str:
    """Return `status` as rich writes it."""
    return f"[{_COLOURS[status]}]{status}[/]"


def table(all_looked: Sequence[Looked]) -> Table:
    """Return the summary: a line for each gate."""
    made = Table("gate", "", "", box=None, show_header=False, pad_edge=False)
    for looked in all_looked:
        outcome = looked.outcome
        made.add_row(looked.gate.name, coloured(outcome.status), escape(outcome.summary))
    return made


def as_json(all_looked: Sequence[Looked]) -> str:
    """Return all of it for programs."""
    gates = [
        {
            "name": looked.gate.name,
            "status": str(looked.outcome.status),
            "summary": looked.outcome.summary,
            "details": list(looked.outcome.details),
            "seconds": round(looked.seconds, 3),
        }
        for looked in all_looked
    ]
    return json.dumps({"ok": exit_code(all_looked) == 0, "gates": gates}, indent=2)
