"""What the producers send: events of many keys, some twice, and among them what can never succeed."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

_DUPLICATES: Final = 0.05
_MALFORMED: Final = 0.002
_CHECKED_EVERY: Final = 5
"""One event in so many is handled with an activity."""
_LATEST_DUPLICATE: Final = 3
"""A duplicate comes at most so many rounds of all keys after its event."""


class Malformed(StrEnum):
    """Why a message can never succeed, by the reason of its dead letter."""

    UNDECODABLE = "undecodable"
    INVALID = "invalid"
    UNKNOWN_TYPE = "unknown_type"


@dataclass(frozen=True)
class Sending:
    """One message, as it is handed to the broker. A duplicate is equal to its event."""

    key: str
    number: int
    """Of the event within its key, from 1; of a malformed message among all of them."""
    malformed: Malformed | None = None

    @property
    def body(self) -> bytes:
        """The bytes, different for every event."""
        match self.malformed:
            case Malformed.UNDECODABLE:
                return f"{{{self.number}, what is that?".encode()
            case Malformed.INVALID:
                return self._envelope("", counted={"number": self.number})
            case Malformed.UNKNOWN_TYPE:
                return self._envelope(f"malformed/{self.number}", invented={"number": self.number})
            case None:
                case = "counted" if self.number % _CHECKED_EVERY else "checked"
                return self._envelope(f"{self.key}/{self.number}", **{case: {"number": self.number}})

    def __str__(self) -> str:
        return f"{self.key}/{self.number}" + (f" ({self.malformed})" if self.malformed else "")

    def _envelope(self, idempotency_key: str, **payload: Any) -> bytes:
        meta = {"key": {"tallyId": self.key}, "idempotencyKey": idempotency_key, "schemaVersion": 1}
        return json.dumps({"meta": meta, **payload}).encode()


def sendings(events: int, keys: int, seed: int) -> list[Sending]:
    """Return what is sent, those of one key in their order; the same for the same arguments.

    Args:
        events: How many different valid events.
        keys: Among how many keys they are divided evenly.
        seed: Of everything that is random.
    """
    draw = random.Random(seed)
    names = [f"tally-{number:04}" for number in range(keys)]
    order: list[str] = []
    while len(order) < events:
        order += draw.sample(names, keys)
    numbers = dict.fromkeys(names, 0)
    # By when they come: an event at its place, a duplicate of it somewhat later, at the earliest at once.
    placed: list[tuple[float, Sending]] = []
    for place, name in enumerate(order[:events]):
        numbers[name] += 1
        event = Sending(name, numbers[name])
        placed.append((place, event))
        if draw.random() < _DUPLICATES:
            placed.append((place + draw.uniform(0.1, _LATEST_DUPLICATE * keys), event))
    for number, place in enumerate(draw.sample(range(events), max(len(Malformed), int(events * _MALFORMED)))):
        reason = list(Malformed)[number % len(Malformed)]
        placed.append((place + 0.5, Sending(draw.choice(names), number, reason)))
    return [sending for _, sending in sorted(placed, key=lambda one: one[0])]


def divided(todo: Sequence[Sending], producers: int) -> list[list[Sending]]:
    """Divide what is sent among producers, all of one key to one of them."""
    names = sorted({sending.key for sending in todo})
    producer = {name: place % producers for place, name in enumerate(names)}
    return [[sending for sending in todo if producer[sending.key] == number] for number in range(producers)]
