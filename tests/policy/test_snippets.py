"""Every snippet is judged line by line: what is marked is found, and nothing else is."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from process_policy import RULES, Config, check_paths
from tests.policy.bad_snippets import BAD
from tests.policy.good_snippets import GOOD

NO_LIMITS = Config(ignore=("PRA003",))
"""What is started here is never run, and short."""
_WANT = re.compile(r"# want (\w+)")


def check(tmp_path: Path, snippet: str) -> tuple[str, set[tuple[int, str]]]:
    source = "from temporalio import workflow\n" + textwrap.dedent(snippet)
    path = tmp_path / "flow.py"
    path.write_text(source)
    return source, {(finding.line, finding.rule) for finding in check_paths([path], config=NO_LIMITS)}


@pytest.mark.requirement("R003", "R005", "R006", "R007", "R008", "R009", "R034", "R092")
@pytest.mark.parametrize("title", BAD)
def test_each_marked_line_is_found_and_no_other(tmp_path: Path, title: str) -> None:
    source, found = check(tmp_path, BAD[title])
    wanted = {
        (number, match[1])
        for number, line in enumerate(source.splitlines(), 1)
        for match in _WANT.finditer(line)
    }
    assert wanted, "a bad snippet marks at least one line"
    assert found == wanted


@pytest.mark.requirement("R004", "R006", "R007", "R092")
@pytest.mark.parametrize("title", GOOD)
def test_code_that_replays_has_no_finding(tmp_path: Path, title: str) -> None:
    assert check(tmp_path, GOOD[title])[1] == set()


def test_every_determinism_rule_has_a_snippet_that_breaks_it() -> None:
    wanted = {rule for snippet in BAD.values() for rule in _WANT.findall(snippet)}
    assert wanted >= {rule for rule in RULES if rule.startswith("DET")}
