"""Several events of one process in one signal, in their order: how it is written and read.

Events of one type go in a signal that is named for it, each as an argument of its own. Those of several types
go in a signal `SIGNAL`, whose first argument lists the types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

__all__ = ["SIGNAL", "signal_of", "types_of"]

SIGNAL: Final = "process.events"
"""Name of a signal with events of several types. No event type: those name their package and version."""


def signal_of(events: Sequence[tuple[str, Any]]) -> tuple[str, list[Any]]:
    """Return the name and arguments of the signal that carries `events`, pairs of type and envelope."""
    types = [event_type for event_type, _ in events]
    envelopes = [envelope for _, envelope in events]
    if len(set(types)) == 1:
        return types[0], envelopes
    return SIGNAL, [types, *envelopes]


def types_of(first: object, count: int) -> Sequence[str] | None:
    """Return what the first argument of a signal `SIGNAL` says of the `count` that follow; None if nothing.

    Anybody may send a signal of that name.
    """
    if not isinstance(first, list) or not first or len(first) != count:
        return None
    if not all(isinstance(event_type, str) and event_type != SIGNAL for event_type in first):
        return None
    return first
