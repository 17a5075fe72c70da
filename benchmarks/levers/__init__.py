"""What each lever gives: orders completed a second from a Kafka backlog, with one lever more each time."""

from __future__ import annotations

from benchmarks.example import figures_of
from benchmarks.harness import Figure


def run(*, quick: bool) -> list[Figure]:
    """Measure every figure."""
    return figures_of("benchmarks.levers.measure", quick=quick)
