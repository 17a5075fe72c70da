"""Runs a benchmark in a process of its own, with the packages of `examples/order_fulfillment` at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.harness import BenchmarkError, Figure

ROOT = Path(__file__).parent.parent
_EXAMPLE = ROOT / "examples" / "order_fulfillment"
_PATHS = (
    ROOT,
    ROOT / "benchmarks" / "runtime",  # `handwritten`, without the packages around it
    _EXAMPLE,
    _EXAMPLE / "build" / "generated" / "python",
    _EXAMPLE / "build" / "generated" / "process",
)


def figures_of(module: str, arguments: Sequence[str]) -> list[Figure]:
    """Run `python -m module` and return the figures that it hands over.

    Workers have what an installation has: bytecode caches, even where the environment says not to write any.

    Raises:
        BenchmarkError: It failed.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment |= {
            "PYTHONPATH": os.pathsep.join(map(str, _PATHS)),
            "PYTHONPYCACHEPREFIX": str(Path(name, "bytecode")),
        }
        done = subprocess.run(
            [sys.executable, "-m", module, "--folder", name, *arguments],
            env=environment,
            cwd=name,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BenchmarkError(f"{module}: exit code {done.returncode}")
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def hand_over(figures: Iterable[Figure]) -> None:
    """Print what `figures_of` reads."""
    for figure in figures:
        print(json.dumps(asdict(figure)), flush=True)
