"""What the generated worker costs, against a plain hand-written one that does the same.

Both serve the order process of `examples/order_fulfillment`, on one dev server, from one client, in rounds
that take turns. `handwritten/` has the source of the other side.
"""

from __future__ import annotations

from benchmarks.example import figures_of
from benchmarks.harness import Figure


def run(*, quick: bool) -> list[Figure]:
    """Measure every figure."""
    return figures_of("benchmarks.runtime.measure", quick=quick)
