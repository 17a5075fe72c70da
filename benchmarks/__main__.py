"""Run benchmarks: `python -m benchmarks` all of them, `python -m benchmarks generate` one."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from benchmarks.harness import BenchmarkError, report

BENCHMARKS = ("generate", "ingress", "levers", "policy", "runtime", "soak")
"""Modules of this package, each with `run(*, quick: bool) -> list[Figure]`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 if every bound holds, 1 if one does not, 2 if a benchmark could not be run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all if none"
    )
    parser.add_argument(
        "--quick", action="store_true", help="smallest sizes, once: shows that it runs, no more"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    failed = False
    for name in options.names or BENCHMARKS:
        try:
            figures = importlib.import_module(f"benchmarks.{name}").run(quick=options.quick)
        except BenchmarkError as error:
            print(f"benchmarks: {name}: {error}", file=sys.stderr)
            return 2
        report(figures, machines=sys.stdout, people=sys.stderr)
        failed = failed or not all(figure.holds for figure in figures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
