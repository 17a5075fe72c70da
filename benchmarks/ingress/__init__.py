"""Events from a Kafka backlog to Temporal and to completed orders, against consumers written by hand.

Kafka, Temporal and every program run on this machine, and take turns. `consumers/` has the source of the
hand-written consumers, `benchmarks/runtime/handwritten` that of the workers.
"""

from __future__ import annotations

from benchmarks.example import figures_of
from benchmarks.harness import Figure


def run(*, quick: bool) -> list[Figure]:
    """Measure every figure."""
    return figures_of("benchmarks.ingress.measure", quick=quick)
