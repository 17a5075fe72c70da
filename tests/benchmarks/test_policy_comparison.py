"""Who finds what in the corpus: sums of verdicts, and what a linter prints. No figure is judged."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from benchmarks import policy
from benchmarks.harness import BenchmarkError
from benchmarks.policy.comparison import Verdict, figures, judge, print_table
from benchmarks.policy.corpus import CORPUS, Snippet, snippets


def linter(folder: Path, output: str, exit_code: int = 1) -> Path:
    """A program that prints what it is told to."""
    program = folder / "linter"
    program.write_text(f"#!{sys.executable}\nprint({output!r})\nraise SystemExit({exit_code})\n")
    program.chmod(0o755)
    return program


def named(name: str) -> Snippet:
    return next(snippet for snippet in snippets() if snippet.name == name)


BAD, GOOD = named("bad/clocks/time_time_names_child"), named("good/clocks/own_now")


def verdict(snippet: Snippet, *, checker: bool, linter: bool, sandbox: bool | None) -> Verdict:
    return Verdict(snippet=snippet, checker=checker, linter=linter, sandbox=sandbox)


def test_a_linter_finds_a_bad_snippet_by_a_marked_line_and_a_good_one_by_any(tmp_path: Path) -> None:
    (mark,) = BAD.marks
    output = f"{BAD.path}:{mark.line}:9: TPL008 a clock\n{GOOD.path}:1:1: TPL009 a logger\n{CORPUS}: odd"
    verdicts = {found.snippet.name: found for found in judge(linter(tmp_path, output), [BAD, GOOD])}
    assert {name for name, found in verdicts.items() if found.linter} == {BAD.name, GOOD.name}
    beside = judge(linter(tmp_path, f"{BAD.path}:1:1: TPL008 a clock"), [BAD])
    assert not any(found.linter for found in beside)


def test_a_linter_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="exit code 2"):
        judge(linter(tmp_path, "", exit_code=2), [])


def test_sums_are_of_bad_and_good_snippets_apart() -> None:
    verdicts = [
        verdict(BAD, checker=True, linter=False, sandbox=True),
        verdict(BAD, checker=False, linter=True, sandbox=None),
        verdict(BAD, checker=True, linter=False, sandbox=False),
        verdict(GOOD, checker=True, linter=False, sandbox=False),
    ]
    found = {figure.figure.removeprefix("policy.corpus."): figure for figure in figures(verdicts)}
    assert found["found"].value == pytest.approx(2 / 3)
    assert not found["found"].holds
    assert (found["false"].value, found["false"].holds) == (1, False)
    assert found["sandbox.found"].value == 1 / 2
    assert found["linter.found"].value == pytest.approx(1 / 3)
    assert (found["linter.false"].value, found["neither"].value) == (0, 1)
    table = io.StringIO()
    print_table(verdicts, table)
    assert "bad/clocks" in table.getvalue()
    assert "1 of 2" in table.getvalue()


def test_quick_judges_the_checker_alone(capsys: pytest.CaptureFixture[str]) -> None:
    bounded = {figure.figure for figure in policy.run(quick=True) if figure.bound is not None}
    assert bounded == {"policy.corpus.found", "policy.corpus.false"}
    assert "all bad" in capsys.readouterr().err
