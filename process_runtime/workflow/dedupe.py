"""Which events were applied: the bounded window of idempotency keys, and the newest aggregate versions."""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

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

    def __post_init__(self) -> None:
        if self.count < 1 or self.age <= timedelta(0):
            raise ValueError("DedupeLimits: count must be at least 1 and age above zero")


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

    def contains(self, key: str, now: datetime) -> bool:
        """Whether `key` was added and is still remembered at `now`."""
        self._evict(now)
        return _digest(key) in self._seen

    def add(self, key: str, now: datetime) -> None:
        """Remember `key` as first seen at `now`, forgetting the oldest beyond the limits."""
        self._seen.setdefault(_digest(key), int(now.timestamp()))
        self._evict(now)

    def forget(self, key: str) -> None:
        """Let `key` be applied again."""
        self._seen.pop(_digest(key), None)

    def to_bytes(self) -> bytes:
        """The window in the form that ``DedupeWindow(limits, carried)`` takes back."""
        return b"".join(_ENTRY.pack(digest, seen) for digest, seen in self._seen.items())

    def _evict(self, now: datetime) -> None:
        oldest = now.timestamp() - self._limits.age.total_seconds()
        while self._seen:
            digest, seen = next(iter(self._seen.items()))
            if len(self._seen) <= self._limits.count and seen >= oldest:
                return
            del self._seen[digest]


class ReplyCache:
    """Replies of the newest updates, for a caller that repeats one.

    Temporal itself answers a repeated update within one run; this bounded memory answers across
    Continue-As-New.
    """

    def __init__(self, carried: dict[str, bytes]) -> None:
        self._replies: OrderedDict[str, bytes] = OrderedDict(carried)

    def get(self, key: str) -> bytes | None:
        """The serialized reply to the update with this idempotency key, if it is still kept."""
        return self._replies.get(key)

    def put(self, key: str, reply: bytes) -> None:
        """Keep `reply`, dropping the oldest beyond 100 replies or 64 KiB in all."""
        self._replies[key] = reply
        while len(self._replies) > _REPLIES or sum(map(len, self._replies.values())) > _REPLY_BYTES:
            self._replies.popitem(last=False)

    def items(self) -> dict[str, bytes]:
        """Every kept reply, oldest first."""
        return dict(self._replies)


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=10).digest()
