"""What the changes of a process ask of its version, and what accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from processctl.breaking.compare.identity import PROCESS_REMOVED
from processctl.breaking.compare.processes import Pair
from processctl.breaking.rule import Change, Class, Location, Rise, needs_patching

_API_MAJOR, _API_MINOR = 10, 11  # field numbers of ProcessOptions

OTHER_CHANGE = needs_patching(
    "OTHER_CHANGE",
    "The contract's checksum differs, and no rule knows by what: something of types, as their edition.",
    "look what it is, and acknowledge it",
)


@dataclass(frozen=True, slots=True)
class VersionError:
    """A version of a contract that does not fit its changes."""

    rule: str
    process: str
    message: str
    at: int
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What somebody wrote into the repo about one change: it was seen to."""

    process: str
    rule: str
    subject: str
    reason: str

    def fits(self, change: Change) -> bool:
        """Whether it is about `change`."""
        return (self.process, self.rule, self.subject) == (change.process, change.rule, change.subject)


def may_be_acknowledged(change: Change) -> bool:
    """Whether a line in the repo accepts it; a break has to show in the version, if there is one left."""
    return change.kind is Class.NEEDS_PATCHING or change.rule == PROCESS_REMOVED.name


def accept(
    both: Pair, changes: Iterable[Change], acknowledgements: Sequence[Acknowledgement]
) -> Iterator[Change]:
    """Yield the changes of one process, with what accepts those that are not safe."""
    raised = _raised_major(both)
    for change in changes:
        accepted = raised
        if accepted is None and may_be_acknowledged(change):
            accepted = next((each.reason for each in acknowledgements if each.fits(change)), None)
        yield change if change.kind is Class.SAFE else replace(change, accepted_by=accepted)


def _raised_major(both: Pair) -> str | None:
    if both.old is None or both.new is None or both.new.api[0] <= both.old.api[0]:
        return None
    return f"api_major {both.old.api[0]} -> {both.new.api[0]}"


def judge(both: Pair, changes: Iterable[Change]) -> Iterator[VersionError]:
    """Yield what is wrong with the version of one process, given its changes."""
    if both.old is None or both.new is None:
        return
    before, after = both.old.api, both.new.api
    shown = f"{_text(before)} -> {_text(after)}" if before != after else _text(after)
    rises = [change.rise for change in changes]
    if after < before:
        at = _API_MAJOR if after[0] < before[0] else _API_MINOR
        yield VersionError("API_LOWERED", both.name, f"{shown}: a version never goes back", at)
    elif Rise.MAJOR in rises and after[0] <= before[0]:
        count = rises.count(Rise.MAJOR)
        text = f"{shown}: api_major has to rise to {before[0] + 1} for {_breaks(count)}, unless you mend"
        yield VersionError(
            "API_MAJOR_NOT_RAISED", both.name, f"{text} {'it' if count == 1 else 'them'}", _API_MAJOR
        )
    elif Rise.MINOR in rises and after <= before:
        text = f"{shown}: api_minor has to rise to {before[1] + 1} for what was added"
        yield VersionError("API_MINOR_NOT_RAISED", both.name, text, _API_MINOR)


def _breaks(count: int) -> str:
    return "1 break" if count == 1 else f"{count} breaks"


def _text(api: tuple[int, int]) -> str:
    return f"{api[0]}.{api[1]}"


def other_change(both: Pair) -> Change | None:
    """Return the change that no rule knows, if nothing but the checksum of a process differs."""
    if both.old is None or both.new is None or both.old.api != both.new.api:
        return None
    if both.old.process.checksum == both.new.process.checksum:
        return None
    return replace(OTHER_CHANGE("contract"), process=both.name)
