"""How many calls to Temporal there may be, at once and in a second, and who is next when they wait."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

__all__ = ["CallLimits", "Calls", "Turn"]

_BURST_SECONDS: Final = 0.1
_REMEMBERED_TENANTS: Final = 1_000
_LESS: Final = 0.5
_LESS_SECONDS: Final = 5.0
"""Between two reductions: what is not answered in time has begun before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """Bounds on the calls of one ingress."""

    at_once: int
    per_second: float | None = None
    """None for no bound."""


@dataclass(slots=True, eq=False)
class _Tenant:
    """Whose calls wait. Tags are in units of calls at weight 1: the sooner, the less it has had."""

    served_to: float = 0.0
    """Tag at which its last call ends."""
    turns: deque[tuple[asyncio.Future[None], float]] = field(default_factory=deque)
    """What waits, with its weight."""


class Turn:
    """The right to have one call under way; given back at the end of the ``with`` block, or before."""

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    def end(self) -> None:
        """Give it back; what is still waited for costs Temporal nothing."""
        if self._end is not None:
            end, self._end = self._end, None
            end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.end()


class Calls:
    """Hands out turns to call Temporal. When calls wait, tenants take turns by weight, however many each has.

    Start-time fair queueing: https://doi.org/10.1145/248157.248171.

    A Temporal that does not answer in time gets fewer calls at once, and slowly more again when it does
    (additive increase, multiplicative decrease): else all that is given up and comes again keeps it so busy
    that it answers nothing in time any more.
    """

    def __init__(self, limits: CallLimits) -> None:
        self._most = limits.at_once
        self._allowed = float(limits.at_once)
        self._under_way = 0
        self._less_at = -_LESS_SECONDS
        self._bucket = None if limits.per_second is None else _TokenBucket(limits.per_second)
        self._tenants: dict[str, _Tenant] = {}
        """Those who wait, and those who had a turn while others waited."""
        self._order: list[tuple[float, int, _Tenant]] = []
        self._sequence = 0
        self._now = 0.0
        """Tag of the call that began last."""
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, tenant: str = "", weight: float = 1.0) -> Turn:
        """Wait for the turn of `tenant` to make one call."""
        await self._acquire(tenant, weight)
        return Turn(self._end)

    @property
    def allowed(self) -> int:
        """How many calls there may be at once now."""
        return int(self._allowed)

    def answered(self) -> None:
        """Note that Temporal took a call in time."""
        if self._allowed < self._most:
            self._allowed = min(self._most, self._allowed + 1 / self._allowed)
            self._hand_out()

    def overloaded(self) -> None:
        """Note that Temporal did not answer a call in time, or said that there are too many."""
        now = time.monotonic()
        if now - self._less_at >= _LESS_SECONDS:
            self._less_at = now
            self._allowed = max(1.0, self._allowed * _LESS)

    def _end(self) -> None:
        self._under_way -= 1
        self._hand_out()

    async def _acquire(self, tenant: str, weight: float) -> None:
        if not self._order and self._may_begin():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._forget_tenants()
        waiting = self._tenants.setdefault(tenant, _Tenant())
        waiting.turns.append((turn, weight))
        if len(waiting.turns) == 1:
            self._line_up(waiting, max(self._now, waiting.served_to))
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._end()
            raise

    def _hand_out(self) -> None:
        """Begin as many of the calls that wait as may."""
        while self._order:
            start, _, tenant = self._order[0]
            if tenant.turns[0][0].done():  # whose caller went away
                heapq.heappop(self._order)
                tenant.turns.popleft()
            elif self._may_begin():
                heapq.heappop(self._order)
                turn, weight = tenant.turns.popleft()
                self._now = start
                start = tenant.served_to = start + 1 / weight
                turn.set_result(None)
            else:
                return
            if tenant.turns:
                self._line_up(tenant, start)
        self._tenants.clear()
        self._now = 0.0

    def _forget_tenants(self) -> None:
        """Forget those who wait for nothing and have had no more than their share."""
        if len(self._tenants) >= _REMEMBERED_TENANTS + 2 * len(self._order):
            self._tenants = {
                name: tenant
                for name, tenant in self._tenants.items()
                if tenant.turns or tenant.served_to > self._now
            }

    def _line_up(self, tenant: _Tenant, start: float) -> None:
        self._sequence += 1
        heapq.heappush(self._order, (start, self._sequence, tenant))

    def _may_begin(self) -> bool:
        """Take what a call needs, if it is there; else see to it that it is tried again when it is."""
        if self._under_way >= self.allowed:
            return False
        if self._bucket is not None and (delay := self._bucket.take()) > 0:
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(delay, self._tokens_came)
            return False
        self._under_way += 1
        return True

    def _tokens_came(self) -> None:
        self._timer = None
        self._hand_out()


class _TokenBucket:
    """So many calls a second, and no more than a tenth of a second's at once after a pause."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._capacity = max(1.0, per_second * _BURST_SECONDS)
        self._tokens = self._capacity
        self._filled_at = time.monotonic()

    def take(self) -> float:
        """Take a token and return 0, or return in how many seconds there is one."""
        now = time.monotonic()
        self._tokens = min(self._capacity, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._per_second
        self._tokens -= 1
        return 0.0
