"""How long a check of Temporal's samples takes, start-up included, against the linter that PyPI has.

Neither keeps anything between runs. Both have their bytecode, as after an installation and a first run.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import BenchmarkError, Figure, Usage, measure, median_ratio
from benchmarks.policy.linter import install
from benchmarks.policy.samples import UnreachableError, samples

_ROUNDS = 7
_BOUND = 3.0  # times the linter
_DONE = (0, 1)  # with findings both exit with 1


def figures(*, quick: bool) -> list[Figure]:
    """Measure both on the samples.

    Raises:
        BenchmarkError: The samples or the linter cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="bench-policy-") as name:
        folder = Path(name)
        try:
            checkout = samples(folder / "samples")
        except UnreachableError as error:
            raise BenchmarkError(str(error)) from error
        return compare(checkout, install(folder / "linter"), rounds=1 if quick else _ROUNDS)


def compare(checkout: Path, linter: Path, *, rounds: int) -> list[Figure]:
    """Run both in turns over one folder."""
    ours = [str(Path(sys.executable).with_name("processctl")), "check", str(checkout)]
    theirs = [str(linter), str(checkout)]
    pairs = [(_run(ours), _run(theirs)) for _ in range(rounds + 1)][1:]  # the first fills caches of files
    checks, lints = ([usage.wall for usage in usages] for usages in zip(*pairs, strict=True))
    ratio = median_ratio(checks, lints)
    return [
        Figure(figure="policy.samples.against_linter", value=ratio, unit="x", bound=_BOUND),
        Figure(figure="policy.samples.check", value=statistics.median(checks), unit="s"),
        Figure(figure="policy.samples.linter", value=statistics.median(lints), unit="s"),
    ]


def _run(command: list[str]) -> Usage:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    nothing = Path(os.devnull)
    return measure(command, stdin=nothing, stdout=nothing, environment=environment, exit_codes=_DONE)
