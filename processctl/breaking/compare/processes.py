"""The contracts of two versions of a repo, paired and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from processctl.breaking.compare.activities import compare_activities
from processctl.breaking.compare.bindings import compare_bindings
from processctl.breaking.compare.events import compare_events
from processctl.breaking.compare.facts import compare_facts
from processctl.breaking.compare.identity import PROCESS_ADDED, PROCESS_REMOVED, compare_identity
from processctl.breaking.compare.messages import compare_messages
from processctl.breaking.compare.starts import compare_starts, compare_state
from processctl.breaking.contract import Contract
from processctl.breaking.rule import Change
from protoc_gen_process.model import Process

_PARTS = (
    compare_identity,
    compare_events,
    compare_starts,
    compare_state,
    compare_activities,
    compare_facts,
    compare_bindings,
    compare_messages,
)


class Pair(NamedTuple):
    """One process in both versions; None where it is not there."""

    old: Contract | None
    new: Contract | None

    @property
    def name(self) -> str:
        """Its name, today's if it has one."""
        contract = self.new or self.old
        return contract.process.name if contract else ""


def pair(old: Sequence[Contract], new: Sequence[Contract]) -> list[Pair]:
    """Return each process of either version with itself in the other, by name.

    One that is gone and one that is new are the same process renamed if they have the same workflow type, or
    else stand in the same file.
    """
    before = {contract.process.name: contract for contract in old}
    pairs = {
        contract.process.name: Pair(before.pop(contract.process.name, None), contract) for contract in new
    }
    same: list[Callable[[Process], str]] = [lambda p: p.workflow_type, lambda p: p.source]
    for known_by in same:
        gone = {known_by(contract.process): contract for contract in before.values()}
        for name, (found, contract) in pairs.items():
            if found is None and contract and (renamed := gone.pop(known_by(contract.process), None)):
                pairs[name] = Pair(before.pop(renamed.process.name), contract)
    pairs |= {name: Pair(contract, None) for name, contract in before.items()}
    return [pairs[name] for name in sorted(pairs)]


def compare_pair(both: Pair) -> tuple[Change, ...]:
    """Return the changes of one process: the worst first, then in the order of the contract."""
    changes = (replace(change, process=both.name) for change in _changes(both))
    return tuple(sorted(changes, key=lambda change: change.kind.severity, reverse=True))


def _changes(both: Pair) -> Iterator[Change]:
    if both.old is None and both.new is not None:
        yield PROCESS_ADDED(f"process {both.name}")
    elif both.new is None and both.old is not None:
        yield PROCESS_REMOVED(f"process {both.name}")
    elif both.old is not None and both.new is not None:
        for compare in _PARTS:
            yield from compare(both.old, both.new)
