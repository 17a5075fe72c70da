"""Waiting between attempts."""

from __future__ import annotations

import random
from datetime import timedelta

__all__ = ["Backoff"]


class Backoff:
    """Exponential backoff with equal jitter: half of each delay is random, so that replicas spread."""

    def __init__(
        self, initial: timedelta = timedelta(milliseconds=100), maximum: timedelta = timedelta(seconds=5)
    ) -> None:
        self._initial = initial.total_seconds()
        self._maximum = maximum.total_seconds()
        self._attempts = 0

    def next_delay(self) -> float:
        """Return how many seconds to wait before the next attempt; doubles each time up to the maximum."""
        # The exponent is capped because 2.0 ** 1024 is an OverflowError after hours of outage.
        ceiling = min(self._maximum, self._initial * 2.0 ** min(self._attempts, 60))
        self._attempts += 1
        return ceiling / 2 + random.uniform(0, ceiling / 2)  # noqa: S311  (spreading load needs no secrecy)

    def reset(self) -> None:
        """Start again with the initial delay."""
        self._attempts = 0
