"""Who finds what in the corpus: the checker, the linter that PyPI has, and the SDK's sandbox at run time.

A bad snippet is found by a finding on a marked line, a good one must have none. What the sandbox does is what
the corpus says that it does, which is proved by `tests/policy/test_proof.py`.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from benchmarks.harness import BenchmarkError, Figure
from benchmarks.policy.corpus import CORPUS, DETAILS, Snippet, snippets
from process_policy import check_paths
from process_policy.config import Config

Place = tuple[Path, int]

_LINT = re.compile(r"(.+?):(\d+):\d+: TPL\d+ ")
_LEAST_FOUND = 0.9


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one snippet.

    Attributes:
        snippet: The snippet.
        checker: Whether the checker reports it.
        linter: Whether the linter does; None if it was not asked.
        sandbox: Whether the sandbox stops it; None if it was not run.
    """

    snippet: Snippet
    checker: bool
    linter: bool | None
    sandbox: bool | None


def real_snippets() -> list[Snippet]:
    """Those that are code as people write it."""
    return [snippet for snippet in snippets() if snippet.category != DETAILS]


def judge(linter: Path | None, judged: Sequence[Snippet]) -> list[Verdict]:
    """Judge snippets.

    Args:
        linter: Its program; None leaves it out.
        judged: Of the corpus.

    Raises:
        BenchmarkError: The linter fails.
    """
    linted = None if linter is None else _lint(linter, CORPUS)
    return [_judge(snippet, linted) for snippet in judged]


def _judge(snippet: Snippet, linted: Sequence[Place] | None) -> Verdict:
    config = Config(select=("DET", "PRA", *snippet.select) if snippet.select else ())
    checked = [(finding.path, finding.line) for finding in check_paths([snippet.path], config=config)]
    return Verdict(
        snippet=snippet,
        checker=_reports(snippet, checked),
        linter=None if linted is None else _reports(snippet, linted),
        sandbox=None if snippet.sandbox is None else snippet.sandbox == "stops",
    )


def _reports(snippet: Snippet, found: Iterable[Place]) -> bool:
    here = {place for place in found if place[0] in snippet.files}
    marked = {(mark.file, mark.line) for mark in snippet.marks}
    return bool(here & marked) if snippet.bad else bool(here)


def _lint(linter: Path, folder: Path) -> list[Place]:
    done = subprocess.run([linter, folder], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise BenchmarkError(f"{linter.name}: exit code {done.returncode}: {done.stderr.strip()}")
    return [
        (Path(match[1]), int(match[2])) for line in done.stdout.splitlines() if (match := _LINT.match(line))
    ]


def figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    """The sums."""
    bad = [verdict for verdict in verdicts if verdict.snippet.bad]
    good = [verdict for verdict in verdicts if not verdict.snippet.bad]
    run = [verdict for verdict in bad if verdict.sandbox is not None]
    found = [
        Figure(
            figure="policy.corpus.found",
            value=sum(verdict.checker for verdict in bad) / len(bad),
            unit="x",
            bound=_LEAST_FOUND,
            at_least=True,
        ),
        Figure(
            figure="policy.corpus.false",
            value=sum(verdict.checker for verdict in good),
            unit="",
            bound=0,
        ),
        Figure(figure="policy.corpus.bad", value=len(bad), unit=""),
        Figure(figure="policy.corpus.good", value=len(good), unit=""),
        Figure(
            figure="policy.corpus.sandbox.found",
            value=sum(bool(verdict.sandbox) for verdict in run) / len(run),
            unit="x",
        ),
    ]
    if all(verdict.linter is None for verdict in verdicts):
        return found
    return [
        *found,
        Figure(
            figure="policy.corpus.linter.found",
            value=sum(bool(verdict.linter) for verdict in bad) / len(bad),
            unit="x",
        ),
        Figure(
            figure="policy.corpus.linter.false",
            value=sum(bool(verdict.linter) for verdict in good),
            unit="",
        ),
        Figure(
            figure="policy.corpus.neither",
            value=sum(not (verdict.linter or verdict.sandbox) for verdict in bad),
            unit="",
        ),
    ]


def print_table(verdicts: Sequence[Verdict], people: TextIO) -> None:
    """One row for each category: how many bad snippets each finds, and how many good ones it reports."""
    rows: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        rows.setdefault(f"{verdict.snippet.kind}/{verdict.snippet.category}", []).append(verdict)
    for kind in ("bad", "good"):
        rows[f"all {kind}"] = [verdict for verdict in verdicts if verdict.snippet.kind == kind]
    print(f"{'snippets':20}  {'':>4}  {'checker':>7}  {'linter':>7}  {'sandbox':>10}", file=people)
    for name, row in rows.items():
        run = [verdict.sandbox for verdict in row if verdict.sandbox is not None]
        checker = sum(verdict.checker for verdict in row)
        linter = sum(bool(verdict.linter) for verdict in row) if row[0].linter is not None else "-"
        sandbox = f"{sum(run)} of {len(run)}"
        print(f"{name:20}  {len(row):>4}  {checker:>7}  {linter:>7}  {sandbox:>10}", file=people)
