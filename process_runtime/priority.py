"""In which order Temporal hands out tasks when more wait than can be done at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from temporalio.common import Priority

__all__ = ["EVERY_PROCESS", "TaskPriorities"]

EVERY_PROCESS: Final = ""
"""In place of a process name."""
_MOST_BYTES: Final = 64  # Temporal refuses longer fairness keys


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPriorities:
    """What every start of a process says about the order of its tasks.

    An execution keeps it for its whole life, across Continue-As-New; its activities and child workflows have
    it from there.
    """

    keys: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Process name -> priority, 1 first and 5 last; `EVERY_PROCESS` stands for all others."""
    fairness_field: str = ""
    """The field of the business key whose values share the workers fairly; empty for none."""
    fairness_weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Value of that field -> its share, where 1 is everybody's."""

    def of(self, process: str, key: Mapping[str, str | int]) -> Priority:
        """Return the priority of one execution.

        Args:
            process: Its name.
            key: What of its business key may be shown.
        """
        value = str(key.get(self.fairness_field, "")) if self.fairness_field else ""
        return Priority(
            priority_key=self.keys.get(process, self.keys.get(EVERY_PROCESS)),
            fairness_key=_fairness_key(value) if value else None,
            fairness_weight=self.fairness_weights.get(value) if value else None,
        )


def _fairness_key(value: str) -> str:
    if len(value.encode()) <= _MOST_BYTES:
        return value
    # Cut off, two values could become one.
    return sha256(value.encode()).hexdigest()
