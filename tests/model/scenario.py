"""Random lives of an account: what its senders do, and where its worker dies."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from hypothesis import strategies as st

HISTORY_LIMITS: Final = (20, 27, 40)
"""Events after which a run hands over to the next: in the middle of everything else that happens."""
_KEYS: Final = 12
_LONGEST: Final = 40


@dataclass(frozen=True)
class Book:
    """A fact, sent as a signal; above version 0 it is dropped unless it is the newest."""

    key: int
    amount: int
    version: int = 0


@dataclass(frozen=True)
class Charge:
    """A fact whose handler calls an activity with an effect; the bank refuses an amount below zero."""

    key: int
    amount: int


@dataclass(frozen=True)
class Transfer:
    """A command, sent as an update; refused when the account has too little."""

    key: int
    amount: int


@dataclass(frozen=True)
class Kill:
    """The worker gets SIGKILL, and another one takes over."""


Event = Book | Charge | Transfer
Step = Event | Kill
_STEPS: Final[dict[str, type[Step]]] = {kind.__name__: kind for kind in (Book, Charge, Transfer, Kill)}


@dataclass(frozen=True)
class Scenario:
    """One life of an account."""

    history_limit: int
    steps: tuple[Step, ...]
    """In the order of sending. An event may come again, and a newer version before an older one."""
    cancelled: bool
    """Whether the account is cancelled at the end rather than closed."""

    def to_json(self) -> str:
        """One line."""
        steps = [{"step": type(step).__name__, **asdict(step)} for step in self.steps]
        return json.dumps({"history_limit": self.history_limit, "cancelled": self.cancelled, "steps": steps})

    @classmethod
    def from_json(cls, line: str) -> Scenario:
        """The inverse of :meth:`to_json`."""
        fields: dict[str, Any] = json.loads(line)
        steps = [_STEPS[step.pop("step")](**step) for step in fields["steps"]]
        return cls(fields["history_limit"], tuple(steps), fields["cancelled"])


def scenarios() -> st.SearchStrategy[Scenario]:
    """Every scenario; few keys, so that events repeat each other."""
    keys = st.integers(0, _KEYS - 1)
    fact = st.builds(Book, keys, st.integers(1, 9), st.sampled_from([0, 0, *range(1, 9)]))
    # Rarely refused: a refusal ends the account, and what comes after it goes untested.
    charge = st.builds(Charge, keys, st.sampled_from([*range(1, 16), -1]))
    transfer = st.builds(Transfer, keys, st.integers(1, 9))
    event = st.one_of(fact, fact, charge, transfer)
    # A dead worker costs seconds of waiting: most scenarios go without.
    moments = st.integers(0, _LONGEST)
    kills = st.sampled_from([0, 0, 0, 0, 1, 2]).flatmap(lambda n: st.lists(moments, min_size=n, max_size=n))
    steps = st.builds(_with_kills, st.lists(event, min_size=10, max_size=_LONGEST), kills)
    return st.builds(Scenario, st.sampled_from(HISTORY_LIMITS), steps, st.booleans())


def _with_kills(events: list[Event], kills: list[int]) -> tuple[Step, ...]:
    steps: list[Step] = list(events)
    for moment in kills:
        steps.insert(moment % len(events), Kill())
    return tuple(steps)
