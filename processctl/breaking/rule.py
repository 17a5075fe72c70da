"""What a change is: its rule, its class, and which part of the contract's version it raises."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Class(enum.Enum):
    """What a change means; the worse the later."""

    SAFE = "safe"
    """Running executions and peers go on."""
    NEEDS_PATCHING = "needs patching"
    """Running executions would go another way in a replay, or wait in vain, unless somebody sees to it."""
    BREAKS_PEERS = "breaks peers"
    """Running executions go on; who sends to the process, asks it or listens to it does not."""
    BREAKS_EXECUTIONS = "breaks running executions"
    """Running executions cannot go on with it."""

    @property
    def severity(self) -> int:
        """The worse the higher."""
        return list(Class).index(self)


class Rise(enum.IntEnum):
    """Which part of the contract's version has to rise."""

    NONE = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a proto file; line and column count from 1, and are None for the whole file."""

    path: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a contract."""

    rule: str
    kind: Class
    rise: Rise
    subject: str
    """What changed: an event type, an rpc, a field, `task queue`."""
    before: str | None
    after: str | None
    reason: str
    """One sentence: why it is of this class."""
    mend: str
    """What to do instead, or besides; empty where nothing has to be done."""
    at: str | int = 0
    """Full name of the proto element, or the number of a field of ProcessOptions; 0 is the option itself."""
    process: str = ""
    location: Location | None = None
    accepted_by: str | None = None
    """Why it stops nothing although it is not safe."""

    @property
    def is_open(self) -> bool:
        """Whether it is not safe, and nothing accepts it."""
        return self.kind is not Class.SAFE and self.accepted_by is None


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of change; calling it makes one."""

    name: str
    kind: Class
    rise: Rise
    reason: str
    mend: str = ""

    def __call__(
        self, subject: str, before: object = None, after: object = None, *, at: str | int = 0
    ) -> Change:
        """Return the change of `subject` from `before` to `after`; None stands for nothing there."""
        return Change(
            rule=self.name,
            kind=self.kind,
            rise=self.rise,
            subject=subject,
            before=None if before is None else str(before),
            after=None if after is None else str(after),
            reason=self.reason,
            mend=self.mend,
            at=at,
        )


def safe(name: str, reason: str, mend: str = "", *, rise: Rise = Rise.NONE) -> Rule:
    """Return a rule about something that nobody has to look after."""
    return Rule(name, Class.SAFE, rise, reason, mend)


def addition(name: str, reason: str, mend: str = "") -> Rule:
    """Return a rule about something new that peers may use."""
    return safe(name, reason, mend, rise=Rise.MINOR)


def needs_patching(name: str, reason: str, mend: str, *, rise: Rise = Rise.NONE) -> Rule:
    """Return a rule about something that would lead replays astray."""
    return Rule(name, Class.NEEDS_PATCHING, rise, reason, mend)


def breaks_peers(name: str, reason: str, mend: str) -> Rule:
    """Return a rule about something that others rely on."""
    return Rule(name, Class.BREAKS_PEERS, Rise.MAJOR, reason, mend)


def breaks_executions(name: str, reason: str, mend: str) -> Rule:
    """Return a rule about something that running executions cannot go on with."""
    return Rule(name, Class.BREAKS_EXECUTIONS, Rise.MAJOR, reason, mend)
