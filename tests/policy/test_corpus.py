"""The checker on the labelled corpus, line by line: what is marked is found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.policy.corpus import CORPUS, DETAILS, Snippet, snippets
from process_policy import RULES, Config, Finding, check_paths

SNIPPETS = snippets()
CATEGORIES = {
    "client",
    "clocks",
    "databases",
    DETAILS,
    "dynamic",
    "environment",
    "event_loop",
    "files",
    "identity",
    "module_state",
    "network",
    "practice",
    "processes",
    "randomness",
    "reach",
    "sets",
    "sleeping",
    "threads",
    "unsandboxed",
    "uuids",
}


def found_in(snippet: Snippet, path: Path) -> list[Finding]:
    select = ("DET", "PRA", "POL", *snippet.select) if snippet.select else ()
    return check_paths([path], config=Config(select=select))


def complaints(snippet: Snippet, findings: Sequence[Finding]) -> Iterator[str]:
    """What is found and not marked, and what is marked and not found."""
    met = set()
    for finding in findings:
        marks = {
            mark
            for mark in snippet.marks
            if (mark.file, mark.line) == (finding.path, finding.line) and finding.rule in mark.rules
        }
        if not marks:
            yield f"not wanted: {finding}"
        met |= marks
    missing = [mark for mark in snippet.marks if mark.required and mark not in met]
    if not missing and not met:
        missing = snippet.marks  # none is required by itself, but one of them is
    for mark in missing:
        yield f"not found: {mark.file}:{mark.line}: {' or '.join(sorted(mark.rules))}"


@pytest.mark.requirement("R003", "R004", "R005", "R006", "R007", "R008", "R009", "R034", "R092")
@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_what_is_marked_is_found_and_nothing_else(snippet: Snippet) -> None:
    assert list(complaints(snippet, found_in(snippet, snippet.path))) == []


@pytest.mark.parametrize(
    "snippet", [found for found in SNIPPETS if found.path.is_dir()], ids=lambda snippet: snippet.name
)
def test_modules_that_a_workflow_imports_are_followed_though_they_are_not_given(snippet: Snippet) -> None:
    assert list(complaints(snippet, found_in(snippet, snippet.entry))) == []


def test_the_corpus_is_as_large_and_as_wide_as_it_has_to_be() -> None:
    kinds = Counter(snippet.kind for snippet in SNIPPETS if snippet.category != DETAILS)
    assert kinds["bad"] >= 100
    assert kinds["good"] >= 50
    assert {snippet.category for snippet in SNIPPETS} == CATEGORIES
    assert kinds.keys() == {"bad", "good"}


def test_every_rule_of_the_corpus_has_a_snippet_that_breaks_it() -> None:
    wanted = {rule for snippet in SNIPPETS for mark in snippet.marks for rule in mark.rules}
    assert wanted == {rule for rule in RULES if rule.startswith(("DET", "PRA"))}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_a_snippet_is_marked_as_its_folder_says(snippet: Snippet) -> None:
    assert snippet.bad == (snippet.kind == "bad")


def test_no_two_snippets_have_modules_of_one_name() -> None:
    names = [file.relative_to(snippet.root) for snippet in SNIPPETS for file in snippet.files]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_label_can_fail(tmp_path: Path) -> None:
    snippet = next(found for found in SNIPPETS if found.name == "bad/clocks/time_time_names_child")
    text = snippet.path.read_text()
    good = tmp_path / "bad" / "clocks" / "moved.py"
    good.parent.mkdir(parents=True)

    def judged(changed: str) -> list[str]:
        good.write_text(changed)
        moved = Snippet("bad/clocks/moved", good)
        return [text.split(":")[0] for text in complaints(moved, found_in(moved, good))]

    assert judged(text) == []
    assert judged(text.replace("  # want: DET001", "")) == ["not wanted"]
    assert judged(text.replace("time.time()", "workflow.time()")) == ["not found"]
    assert judged(text.replace("# want: DET001", "# want: DET002")) == ["not wanted", "not found"]
    assert CORPUS in snippet.path.parents
