"""What the checker finds and how fast it is: beside a linter, and beside the SDK's sandbox at run time."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Figure
from benchmarks.policy import cold, comparison
from benchmarks.policy.linter import install


def run(*, quick: bool) -> list[Figure]:
    """Judge the corpus, and time a check of Temporal's samples. Quick: the checker alone on the corpus."""
    with tempfile.TemporaryDirectory(prefix="bench-policy-") as name:
        verdicts = comparison.judge(None if quick else install(Path(name)), comparison.real_snippets())
    comparison.print_table(verdicts, sys.stderr)
    return comparison.figures(verdicts) + ([] if quick else cold.figures(quick=False))
