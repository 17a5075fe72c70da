"""How many events came to what end: in the status of an execution, and as metrics."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from temporalio import workflow
from temporalio.common import MetricCounter


@dataclass(slots=True)
class Counts:
    """What became of the events of an execution, over all its runs."""

    applied: int = 0
    """Taken to a handler."""
    duplicates: int = 0
    stale: int = 0
    unknown: int = 0
    evicted_by_count: int = 0
    """Idempotency keys forgotten for newer ones."""
    evicted_by_age: int = 0
    """Idempotency keys forgotten for their age."""
    evicted_aggregates: int = 0
    """Aggregates whose version was forgotten for others."""


class EventCounters:
    """The metrics of the events of one process."""

    def __init__(self, process: str, event_types: Collection[str]) -> None:
        self._process = process
        self._event_types = event_types
        self._counters: dict[str, MetricCounter] = {}

    def count(self, name: str, description: str, event_type: str) -> None:
        """Add one event to the counter `name`."""
        # Anybody may send a signal of any name: only those of the contract become values of a label.
        known = event_type if event_type in self._event_types else ""
        self._counter(name, description).add(1, {"process": self._process, "event_type": known})

    def unhandled(self, event_type: str) -> None:
        """Count an event that no handler has seen or will see."""
        self.count("process_unhandled_events", "Events that no handler has seen or will see.", event_type)

    def evicted(self, limit: str, evicted: int) -> None:
        """Count what was forgotten for newer events beyond `limit`."""
        if evicted:
            self._counter("process_dedupe_evictions", "Idempotency keys and versions forgotten.").add(
                evicted, {"process": self._process, "limit": limit}
            )

    def _counter(self, name: str, description: str) -> MetricCounter:
        counter = self._counters.get(name)
        if counter is None:
            counter = self._counters[name] = workflow.metric_meter().create_counter(name, description)
        return counter
