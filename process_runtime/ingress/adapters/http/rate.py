"""A token bucket for each client: so many requests a second, some of them at once."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

__all__ = ["ClientRates"]

_MAX_CLIENTS: Final = 10_000


class ClientRates:
    """Counts the requests of each client; only so many clients are remembered."""

    def __init__(
        self, rate: float, burst: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare full buckets.

        Args:
            rate: Requests a second that come to a bucket.
            burst: Requests that a bucket holds; as many as come in a second if it is None.
            clock: Seconds that only grow.
        """
        self._rate = rate
        self._burst = float(burst or math.ceil(rate))
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count a request of `client` and return 0, or return the seconds until it may send one."""
        now = self._clock()
        level, then = self._buckets.pop(client, (self._burst, now))
        level = min(self._burst, level + (now - then) * self._rate)
        allowed = level >= 1
        self._buckets[client] = (level - 1 if allowed else level, now)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self._rate
