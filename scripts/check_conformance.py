# ruff: noqa: T201 - printing is its work
"""Check docs/conformance.md and docs/guarantees.md against the tests.

Of the requirements every row is there, and every row that says so is shown. A row is
`| id | plane | requirement | status | tests |`. Its tests are those marked with
`@pytest.mark.requirement("<id>")` (on a function, a class or, as `pytestmark`, a module), read from the
source without importing it. Guarantees are the rows of tables `| guaranteed | limits | shown by |`: each
names tests, and every test that the page names exists.

    python scripts/check_conformance.py            check; exit code 1 and one line for each trouble
    python scripts/check_conformance.py --write    fill the tests column from the markers, then check
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "conformance.md"
GUARANTEES = ROOT / "docs" / "guarantees.md"
TESTS = ROOT / "tests"

SHOWN = "shown"
LATER = "later"
OUTSIDE = "not applicable"
_SPANS = ((12, 18), (21, 29), (34, 130), (137, 151), (153, 158), (161, 169), (266, 279), (281, 281))
REQUIRED = frozenset(f"R{n:03}" for first, last in _SPANS for n in range(first, last + 1))
"""The rows of the requirement list that this part of the work answers for."""
OURS = frozenset({"proto", "plugin", "runtime"})
"""Planes of which a row is shown, or says what brings it later; others may be `not applicable`."""

_ROW = re.compile(
    r"^\| (?P<id>R\d{3}) \| (?P<plane>\w+) \| (?P<text>[^|]*) \| (?P<status>[^|]*) \| (?P<tests>[^|]*) \|$"
)
_TEST = re.compile(r"`([^`]+)`")
_GUARANTEE = re.compile(r"^\| (?P<text>[^|]+) \| (?P<limits>[^|]*) \| (?P<tests>[^|]*) \|$")
_NOT_GUARANTEES = frozenset({"guaranteed", "---"})
_TEST_NAME = re.compile(r"`([^`\s]*\btest_[^`\s]*)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement as the document has it."""

    id: str
    plane: str
    text: str
    status: str
    tests: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """Whether the row says that tests show it."""
        return self.status == SHOWN

    def __str__(self) -> str:
        tests = "<br>".join(f"`{test}`" for test in self.tests)
        return f"| {self.id} | {self.plane} | {self.text} | {self.status} | {tests} |"


def read_rows(document: str) -> list[Row]:
    """The rows of the document's tables, in order."""
    matches = (_ROW.match(line) for line in document.splitlines())
    return [
        Row(
            id=match["id"],
            plane=match["plane"],
            text=match["text"].strip(),
            status=match["status"].strip(),
            tests=tuple(_TEST.findall(match["tests"])),
        )
        for match in matches
        if match
    ]


def collect_markers(tests: Path, root: Path) -> dict[str, tuple[str, ...]]:
    """Requirement ID to the tests that are marked with it, as `tests/room/test_x.py::TestY::test_z`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for requirement, test in _marked(tree.body, path.relative_to(root).as_posix(), _module_marks(tree)):
            found[requirement].append(test)
    return {requirement: tuple(found[requirement]) for requirement in sorted(found)}


def troubles(rows: Sequence[Row], markers: Mapping[str, Sequence[str]]) -> list[str]:
    """What does not fit, one line each with the mend; empty when all is well."""
    known = {row.id for row in rows}
    found = [f"{missing}: has no row; add one" for missing in sorted(REQUIRED - known)]
    for number, row in enumerate(rows):
        shown_by = set(markers.get(row.id, ()))
        if row.id in {other.id for other in rows[:number]}:
            found.append(f"{row.id}: listed twice; keep one row")
        allowed = [f"{LATER}: "] if row.plane in OURS else [f"{LATER}: ", f"{OUTSIDE}: "]
        if not (row.is_shown or row.status.startswith(tuple(allowed))):
            ways = " or ".join(f"`{way}<what>`" for way in allowed)
            found.append(f"{row.id}: status is {row.status!r}; write `{SHOWN}` or {ways}")
        if row.is_shown and not shown_by:
            found.append(f"{row.id}: says {SHOWN}, but no test is marked with it; mark or write one")
        found += [
            f"{row.id}: names {test}, which does not exist or is not marked with it; run with --write"
            for test in row.tests
            if test not in shown_by
        ]
        found += [f"{row.id}: leaves out {test}; run with --write" for test in shown_by - set(row.tests)]
    found += [
        f"{requirement}: marked by {tests[0]}, but no row has this ID; add the row or mend the marker"
        for requirement, tests in markers.items()
        if requirement not in known
    ]
    return found


def guarantee_troubles(document: str, root: Path) -> list[str]:
    """What the page of guarantees says that the tests below `root` do not bear out, one line each."""
    rows = [match for match in map(_GUARANTEE.match, document.splitlines()) if match]
    guarantees = [row for row in rows if row["text"] not in _NOT_GUARANTEES]
    found = [] if guarantees else ["has no row; write `| guaranteed | limits | shown by |` above the first"]
    found += [
        f"{row['text']!r} names no test; name one or write it" for row in guarantees if not _tests_of(row)
    ]
    for name in dict.fromkeys(_TEST_NAME.findall(document)):
        path, _, test = name.partition("::")
        if not (root / path).is_file():
            found.append(f"names {name}, but there is no such file; write it from the repository's root")
        elif test not in _tests_in(root / path):
            found.append(f"names {name}, which does not exist; name what shows it now")
    return found


def _tests_of(row: re.Match[str]) -> list[str]:
    return _TEST_NAME.findall(row["tests"])


def _tests_in(path: Path) -> frozenset[str]:
    """Every test of a file as pytest names it, `test_a` or `TestB::test_c`, without parameters."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return frozenset(name.removeprefix("::") for name in _names(tree.body, ""))


def filled(document: str, markers: Mapping[str, Sequence[str]]) -> str:
    """The document with the tests column of every row taken from the markers."""
    rows = {row.id: replace(row, tests=tuple(markers.get(row.id, ()))) for row in read_rows(document)}
    lines = []
    for line in document.splitlines(keepends=True):
        match = _ROW.match(line.rstrip("\n"))
        lines.append(f"{rows[match['id']]}\n" if match else line)
    return "".join(lines)


def _names(body: Sequence[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                yield from _names(node.body, f"{prefix}::{name}")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test"):
                yield f"{prefix}::{name}"


def _marked(body: Sequence[ast.stmt], prefix: str, inherited: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                marks = inherited | _marks(node.decorator_list)
                yield from _marked(node.body, f"{prefix}::{name}", marks)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test"):
                for requirement in sorted(inherited | _marks(node.decorator_list)):
                    yield requirement, f"{prefix}::{name}"


def _module_marks(tree: ast.Module) -> frozenset[str]:
    marks: frozenset[str] = frozenset()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                marks |= _marks(value.elts if isinstance(value, ast.List | ast.Tuple) else [value])
    return marks


def _marks(decorators: Sequence[ast.expr]) -> frozenset[str]:
    return frozenset(
        argument.value
        for decorator in decorators
        for call in ast.walk(decorator)  # also inside `pytest.param(..., marks=...)`
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.requirement"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks on this repository."""
    parser = argparse.ArgumentParser(description="Check what the documentation says that tests show.")
    parser.add_argument("--write", action="store_true", help="fill the requirements' tests column first")
    options = parser.parse_args(arguments)
    markers = collect_markers(TESTS, ROOT)
    document = DOCUMENT.read_text(encoding="utf-8")
    if options.write:
        document = filled(document, markers)
        DOCUMENT.write_text(document, encoding="utf-8")
    rows = read_rows(document)
    found = troubles(rows, markers)
    for trouble in found:
        print(f"docs/conformance.md: {trouble}", file=sys.stderr)
    if not found:
        print(f"docs/conformance.md: {sum(row.is_shown for row in rows)} of {len(rows)} rows shown by tests")
    guarantees = GUARANTEES.read_text(encoding="utf-8")
    unfounded = guarantee_troubles(guarantees, ROOT)
    for trouble in unfounded:
        print(f"docs/guarantees.md: {trouble}", file=sys.stderr)
    if not unfounded:
        print(f"docs/guarantees.md: {len(set(_TEST_NAME.findall(guarantees)))} tests, all there")
    return 1 if found or unfounded else 0


if __name__ == "__main__":
    sys.exit(main())
