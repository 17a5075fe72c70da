"""What an account is, in plain Python: no Temporal, no crash, no second run."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model.scenario import Book, Charge, Event, Transfer

OVERDRAWN = "Overdrawn"


@dataclass
class Account:
    """The state that a scenario leads to, and everything that was done on the way."""

    balance: int = 0
    applied: list[str] = field(default_factory=list)
    """What handlers noted, in order."""
    charges: list[str] = field(default_factory=list)
    """Effects outside: references charged, in order."""
    replies: list[int | str] = field(default_factory=list)
    """To each transfer: the balance, or why it was refused."""
    counts: dict[str, int] = field(default_factory=lambda: {"applied": 0, "duplicates": 0, "stale": 0})
    failed: bool = False
    """Whether the bank refused a charge, which ends the account."""
    _seen: dict[str, int] = field(default_factory=dict)
    _refusals: dict[str, int] = field(default_factory=dict)
    _version: int = 0

    def key_of(self, event: Event) -> str:
        """The idempotency key that `event` is sent with: who was refused asks again under a new one."""
        key = f"{type(event).__name__} {event.key}".lower()
        return f"{key} again {self._refusals[key]}" if key in self._refusals else key

    def send(self, step: Event) -> None:
        """Apply one event, unless it is a duplicate or stale."""
        key = self.key_of(step)
        if key in self._seen:
            self.counts["duplicates"] += 1
            if isinstance(step, Transfer):
                self.replies.append(self._seen[key])
            return
        if isinstance(step, Book) and step.version:
            if step.version <= self._version:
                self.counts["stale"] += 1
                return
            self._version = step.version
        if isinstance(step, Transfer) and step.amount > self.balance:
            self.replies.append(OVERDRAWN)
            first = key.partition(" again")[0]
            self._refusals[first] = self._refusals.get(first, 0) + 1
            return
        self._seen[key] = 0
        self.counts["applied"] += 1
        match step:
            case Book():
                self.balance += step.amount
                self.applied.append(key)
            case Charge():
                self.applied.append(f"begin {key}")
                self.failed = step.amount < 0
                if not self.failed:
                    self.charges.append(key)
                    self.balance += step.amount
                    self.applied.append(f"end {key}")
            case Transfer():
                self.balance -= step.amount
                self.applied.append(key)
                self.replies.append(self.balance)
                self._seen[key] = self.balance
