# ruff: noqa: T201 - printing is its work
"""Check docs/conformance.md against the tests: every row is there, and every row that says so is shown.

A row is `| id | plane | requirement | status | tests |`. Its tests are those marked with
`@pytest.mark.requirement("<id>")` (on a function, a class or, as `pytestmark`, a module), read from the
source without importing it.

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
TESTS = ROOT / "tests"

SHOWN = "shown"
LATER = "later"
OUTSIDE = "not applicable"
_SPANS = ((12, 18), (21, 29), (34, 130), (137, 139), (141, 147), (153, 158), (161, 164), (166, 169))
REQUIRED = frozenset(f"R{n:03}" for first, last in _SPANS for n in range(first, last + 1))
"""The rows of the requirement list that this part of the work answers for."""
OURS = frozenset({"proto", "plugin", "runtime"})
"""Planes of which a row is shown, or says what brings it later; others may be `not applicable`."""

_ROW = re.compile(
    r"^\| (?P<id>R\d{3}) \| (?P<plane>\w+) \| (?P<text>[^|]*) \| (?P<status>[^|]*) \| (?P<tests>[^|]*) \|$"
)
_TEST = re.compile(r"`([^`]+)`")


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


def filled(document: str, markers: Mapping[str, Sequence[str]]) -> str:
    """The document with the tests column of every row taken from the markers."""
    rows = {row.id: replace(row, tests=tuple(markers.get(row.id, ()))) for row in read_rows(document)}
    lines = []
    for line in document.splitlines(keepends=True):
        match = _ROW.match(line.rstrip("\n"))
        lines.append(f"{rows[match['id']]}\n" if match else line)
    return "".join(lines)


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
    """Run the check on this repository."""
    parser = argparse.ArgumentParser(description="Check docs/conformance.md against the tests.")
    parser.add_argument("--write", action="store_true", help="fill the tests column from the markers first")
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
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
