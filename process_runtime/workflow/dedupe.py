"""Which events were applied: the bounded window of idempotency keys, and the newest aggregate versions."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

_ENTRY: Final = struct.Struct(">10sI")
_REPLIES: Final = 100
_REPLY_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupeLimits:
    """How long an idempotency key is remembered.

    A key is forgotten when `count` newer keys have been seen or when it is older than `age`, whichever comes
    first. An event that is delivered again after that is applied again: let both limits exceed the retention
    of the streams that feed the process.
    """

    count: int = 10_000
    """Keys kept, at least 1. Ten thousand take under 200 KB when a run continues as new."""
    age: timedelta = timedelta(days=30)
    """Time since an event was first seen, in workflow time."""
    aggregates: int = 1_000
    """Aggregates whose newest version is remembered, at least 1; beyond it the one whose version was applied
    longest ago is forgotten, and a stale event of that aggregate is applied."""

    def __post_init__(self) -> None:
        if self.count < 1 or self.age <= timedelta(0) or self.aggregates < 1:
            raise ValueError("DedupeLimits: count and aggregates must be at least 1 and age above zero")


class Evicted(NamedTuple):
    """How many idempotency keys were forgotten."""

    by_count: int
    by_age: int


class DedupeWindow:
    """Idempotency keys in the order they were first seen, oldest first.

    Keys are kept as 80-bit digests: entries have one small size, and two of 10,000 keys collide with a
    probability below 1e-16. Seeing a key again does not renew it, so what is remembered depends on the events
    alone.
    """

    def __init__(self, limits: DedupeLimits, carried: bytes = b"") -> None:
        self._limits = limits
        self._seen: OrderedDict[bytes, int] = OrderedDict(_ENTRY.iter_unpack(carried))

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest key was first seen."""
        seen = next(iter(self._seen.values()), None)
        return None if seen is None else datetime.fromtimestamp(seen, UTC)

    def contains(self, key: str, now: datetime) -> bool:
        """Whether `key` was added and is still remembered at `now`."""
        seen = self._seen.get(_digest(key))
        return seen is not None and seen >= self._oldest_at(now)

    def add(self, key: str, now: datetime) -> Evicted:
        """Remember `key` as first seen at `now`.

        Returns:
            What was forgotten for it beyond the limits: the oldest.
        """
        by_age = 0
        oldest = self._oldest_at(now)
        while self._seen and next(iter(self._seen.values())) < oldest:
            self._seen.popitem(last=False)
            by_age += 1
        by_count = 0
        digest = _digest(key)
        if self._seen.get(digest, -1) < oldest:
            # One that was forgotten may be left behind a newer one, where the clock went back.
            self._seen.pop(digest, None)
            self._seen[digest] = int(now.timestamp())
        while len(self._seen) > self._limits.count:
            self._seen.popitem(last=False)
            by_count += 1
        return Evicted(by_count, by_age)

    def forget(self, key: str) -> None:
        """Let `key` be applied again."""
        self._seen.pop(_digest(key), None)

    def to_bytes(self) -> bytes:
        """The window in the form that ``DedupeWindow(limits, carried)`` takes back."""
        return b"".join(_ENTRY.pack(digest, seen) for digest, seen in self._seen.items())

    def _oldest_at(self, now: datetime) -> float:
        return now.timestamp() - self._limits.age.total_seconds()


class NewestVersions:
    """The newest version that was applied of each aggregate, for as many aggregates as are remembered."""

    def __init__(self, limit: int, carried: Mapping[str, int] | None = None) -> None:
        """Remember `limit` aggregates, the one applied longest ago first in `carried`."""
        self._limit = limit
        self._versions: OrderedDict[str, int] = OrderedDict(carried or {})
        self._before: int | None = None

    def __len__(self) -> int:
        return len(self._versions)

    def is_stale(self, aggregate: str, version: int) -> bool:
        """Whether `version` or a newer one was applied."""
        newest = self._versions.get(aggregate)
        return newest is not None and version <= newest

    def apply(self, aggregate: str, version: int) -> int:
        """Note `version` as applied, and return how many aggregates were forgotten for it."""
        self._before = self._versions.get(aggregate)
        self._versions[aggregate] = version
        self._versions.move_to_end(aggregate)
        evicted = 0
        while len(self._versions) > self._limit:
            self._versions.popitem(last=False)
            evicted += 1
        return evicted

    def take_back(self, aggregate: str) -> None:
        """Undo the last `apply`, which was of this aggregate."""
        if self._before is None:
            del self._versions[aggregate]
        else:
            self._versions[aggregate] = self._before

    def to_dict(self) -> dict[str, int]:
        """Every version, that applied longest ago first."""
        return dict(self._versions)


class ReplyCache:
    """Replies of the newest updates, for a caller that repeats one.

    Temporal itself answers a repeated update within one run; this bounded memory answers across
    Continue-As-New.
    """

    def __init__(self, carried: Mapping[str, bytes]) -> None:
        self._replies: OrderedDict[str, bytes] = OrderedDict(carried)
        self._bytes = sum(len(key) + len(reply) for key, reply in carried.items())

    def get(self, key: str) -> bytes | None:
        """The serialized reply to the update with this idempotency key, if it is still kept."""
        return self._replies.get(key)

    def put(self, key: str, reply: bytes) -> None:
        """Keep `reply`, dropping the oldest beyond 100 replies or 64 KiB in all, keys included."""
        if (old := self._replies.pop(key, None)) is not None:
            self._bytes -= len(key) + len(old)
        self._replies[key] = reply
        self._bytes += len(key) + len(reply)
        while len(self._replies) > _REPLIES or self._bytes > _REPLY_BYTES:
            dropped, old = self._replies.popitem(last=False)
            self._bytes -= len(dropped) + len(old)

    def items(self) -> dict[str, bytes]:
        """Every kept reply, oldest first."""
        return dict(self._replies)


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=10).digest()
