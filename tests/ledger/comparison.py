"""The ledger: what was sent and what the broker holds, against what was applied and what was given up."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.ledger.events import Sending


@dataclass(frozen=True)
class Letter:
    """A dead letter, as far as the ledger is concerned."""

    id: str
    reason: str
    data: bytes


def faults(
    sent: Iterable[Sending],
    held: Iterable[bytes],
    applied: Mapping[str, Sequence[int]],
    letters: Iterable[Letter],
) -> list[str]:
    """Return what is missing, doubled or out of order, a line each.

    Args:
        sent: What the broker has acknowledged.
        held: What it holds, the messages of one key in its order.
        applied: The numbers of the events that each process has seen, in order.
        letters: The dead letters; one that is kept twice has one ID.
    """
    known = {sending.body: sending for sending in sent}
    copies = Counter(known[body] for body in held if body in known)
    found = [
        f"{sending}: acknowledged, but not in the broker" for sending in known.values() if not copies[sending]
    ]
    expected: dict[str, list[int]] = {}
    for sending in copies:
        if sending.malformed is None:
            expected.setdefault(sending.key, []).append(sending.number)
    for key in sorted({*expected, *applied}):
        found += _differences(key, expected.get(key, []), applied.get(key, []))
    return found + _of_letters(copies, letters, known)


def _differences(key: str, expected: Sequence[int], applied: Sequence[int]) -> list[str]:
    counts = Counter(applied)
    found = [f"{key}/{number}: never applied" for number in expected if not counts[number]]
    found += [f"{key}/{number}: applied {times} times" for number, times in counts.items() if times > 1]
    found += [f"{key}/{number}: applied, but never sent" for number in counts.keys() - {*expected}]
    place = {number: place for place, number in enumerate(expected)}
    # Of each pair of neighbours, where each was applied first.
    first = [number for number in dict.fromkeys(applied) if number in place]
    found += [
        f"{key}/{later}: applied before {earlier}"
        for later, earlier in itertools.pairwise(first)
        if place[later] > place[earlier]
    ]
    return found


def _of_letters(
    copies: Mapping[Sending, int], letters: Iterable[Letter], known: Mapping[bytes, Sending]
) -> list[str]:
    reasons: dict[bytes, dict[str, str]] = {}
    for letter in letters:
        reasons.setdefault(letter.data, {})[letter.id] = letter.reason
    found = []
    for sending, times in copies.items():
        kept = [*reasons.pop(sending.body, {}).values()]
        if kept != [sending.malformed] * (times if sending.malformed else 0):
            found.append(f"{sending}: {times} times in the broker, and in the dead letters as {kept}")
    for data, ids in reasons.items():
        what = known.get(data) or repr(data[:80])
        found.append(f"{what}: not in the broker, but in the dead letters as {[*ids.values()]}")
    return found
