"""What every benchmark shares: figures with bounds, measured child processes, output."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        figure: Stable name, `<benchmark>.<what>`.
        value: The number.
        unit: What it counts: `s`, `ms`, `MB`, or `x` for a ratio.
        bound: The most it may be, or the least; None for a number that only explains another.
        at_least: Whether `bound` is the least it may be.
    """

    figure: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the bound holds; a figure without one always does."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def to_json(self) -> str:
        """One line for machines."""
        return json.dumps(
            {
                "figure": self.figure,
                "value": round(self.value, 4),
                "unit": self.unit,
                "bound": self.bound,
                "holds": self.holds,
            }
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What one child process took.

    Attributes:
        wall: Seconds from start to exit.
        cpu: Seconds of user and system time.
        memory: Peak resident memory in MB (10^6 bytes).
    """

    wall: float
    cpu: float
    memory: float


class BenchmarkError(Exception):
    """A benchmark could not be run; the message says why."""


def measure(
    command: Sequence[str],
    *,
    stdin: Path,
    stdout: Path,
    environment: Mapping[str, str],
    exit_codes: Sequence[int] = (0,),
) -> Usage:
    """Run `command` to its end and say what it took.

    The kernel counts the parent's memory for a child until the child's own program is loaded, so a benchmark
    keeps its large data in files, not in memory.

    Raises:
        BenchmarkError: The command ends with another exit code than those of `exit_codes`.
    """
    with stdin.open("rb") as source, stdout.open("wb") as target:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=source, stdout=target, env=dict(environment))
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in exit_codes:
        raise BenchmarkError(f"{' '.join(command)}: exit code {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KiB elsewhere
    return Usage(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss * unit / 1e6)


def median_ratio(values: Sequence[float], floors: Sequence[float]) -> float:
    """The median of pairwise ratios: what one round does to both of a pair cancels out."""
    return statistics.median(value / floor for value, floor in zip(values, floors, strict=True))


def report(figures: Sequence[Figure], *, machines: TextIO, people: TextIO) -> None:
    """Write one JSON line a figure to `machines`, and a table to `people`."""
    for figure in figures:
        print(figure.to_json(), file=machines, flush=True)
    width = max((len(figure.figure) for figure in figures), default=0)
    print(f"\n{'figure':{width}}  {'value':>10}  unit  {'bound':>8}", file=people)
    for figure in figures:
        bound = "" if figure.bound is None else f"{'>= ' if figure.at_least else ''}{figure.bound:g}"
        verdict = "" if figure.bound is None else "holds" if figure.holds else "DOES NOT HOLD"
        line = f"{figure.figure:{width}}  {figure.value:>10.3f}  {figure.unit:<4}  {bound:>8}  {verdict}"
        print(line.rstrip(), file=people)
