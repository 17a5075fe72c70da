"""One entity that takes 100,000 events across Continue-As-New: nothing of it grows.

It is the order of `examples/order_fulfillment`, which waits for its payment and is placed again and again.
"""

from __future__ import annotations

from benchmarks.example import figures_of
from benchmarks.harness import Figure


def run(*, quick: bool) -> list[Figure]:
    """Measure every figure."""
    return figures_of("benchmarks.soak.measure", quick=quick)
