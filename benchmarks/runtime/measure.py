"""The program that measures; `benchmarks.runtime.run` starts it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks.example import hand_over, run_program


async def main() -> None:
    """Measure one part after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="to work in")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    # Read where the hand-written activities are imported.
    os.environ["ORDER_OUTCOMES"] = str(options.folder / "outcomes.jsonl")
    from benchmarks.runtime import carried, instances, orders  # noqa: PLC0415

    hand_over(await instances.measure(quick=options.quick))
    hand_over(carried.measure(quick=options.quick))
    hand_over(await orders.measure(options.folder, quick=options.quick))


if __name__ == "__main__":
    run_program(main())
