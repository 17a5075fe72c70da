"""Partitions that give no messages although some wait: they are told of, and read again from their place.

After brokers have come and gone librdkafka has been seen to fetch nothing more of a partition that it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from process_runtime.ingress.adapters.kafka.partition import Partition

__all__ = ["PATIENCE_SECONDS", "StallWatch"]

PATIENCE_SECONDS: Final = 30.0


class StallWatch:
    """Compares looks at the partitions held."""

    def __init__(self) -> None:
        self._empty_polls = 0
        self._since: dict[Partition, tuple[int | None, float]] = {}

    def look(self, now: float, lags: Mapping[Partition, int], empty_polls: int) -> list[Partition]:
        """Return the partitions that have been stalled for as long as patience lasts; then it begins anew.

        Args:
            now: Seconds of a clock that does not jump.
            lags: How many messages wait in each partition.
            empty_polls: How often the consumer had nothing to give. A partition whose messages merely wait
                behind those of others is not stalled, so time counts only while that happens.
        """
        if empty_polls == self._empty_polls:
            self._since.clear()
            return []
        self._empty_polls = empty_polls
        waiting = {
            partition
            for partition, lag in lags.items()
            if lag and partition.is_idle and not partition.held_back and not partition.given_up
        }
        self._since = {
            partition: since
            for partition, since in self._since.items()
            if partition in waiting and since[0] == partition.place
        }
        stalled = []
        for partition in waiting:
            _, since = self._since.setdefault(partition, (partition.place, now))
            if now - since >= PATIENCE_SECONDS:
                del self._since[partition]
                stalled.append(partition)
        return stalled
