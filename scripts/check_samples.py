# ruff: noqa: T201 - printing is its work
"""Check Temporal's Python samples and compare with what docs/samples-python.md lists and explains.

Each finding is a row `| place | rule | found | explanation |` of that page.

    python scripts/check_samples.py            compare; exit code 1 and one line for each difference
    python scripts/check_samples.py --write    rewrite the rows; new ones have yet to be explained

The samples are the checkout that SAMPLES_PYTHON names, else cloned.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.policy.samples import UnreachableError, samples
from process_policy import Finding, check_paths

PAGE = Path(__file__).resolve().parent.parent / "docs" / "samples-python.md"
UNEXPLAINED = "TO BE EXPLAINED"
_ROW = re.compile(
    r"^\| `(?P<place>[^`]+:\d+)` \| \[(?P<rule>\w+)\]\([^)]*\) \| (?P<text>.*) \| (?P<why>[^|]*) \|$"
)


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One finding as the page has it."""

    place: str
    rule: str
    text: str

    def line(self, why: str) -> str:
        """The row of the page."""
        return f"| `{self.place}` | [{self.rule}](policy/{self.rule}.md) | {self.text} | {why} |"


def found(checkout: Path) -> list[Row]:
    """What the checker says of a checkout."""
    return sorted(_row(finding, checkout) for finding in check_paths([checkout]))


def listed() -> dict[Row, str]:
    """The explanation of each finding that the page has."""
    matches = filter(None, map(_ROW.match, PAGE.read_text().splitlines()))
    return {Row(match["place"], match["rule"], match["text"]): match["why"] for match in matches}


def differences(checkout: Path) -> list[str]:
    """One line for each finding that is not listed, listed but not found, or not explained."""
    now, then = found(checkout), listed()
    return [
        *(
            f"{row.place}: {row.rule} is found, but {PAGE.name} does not have it so"
            for row in now
            if row not in then
        ),
        *(f"{row.place}: {row.rule} is in {PAGE.name}, but not found so" for row in then if row not in now),
        *(
            f"{row.place}: {row.rule} is not explained"
            for row, why in then.items()
            if why in {"", UNEXPLAINED}
        ),
    ]


def write(checkout: Path) -> None:
    """Put what is found into the page, with the explanations that it has."""
    then = listed()
    by_finding = {(row.place, row.rule): why for row, why in then.items()}
    rows = [
        row.line(then.get(row) or by_finding.get((row.place, row.rule), UNEXPLAINED))
        for row in found(checkout)
    ]
    lines = PAGE.read_text().splitlines()
    first = lines.index("| --- | --- | --- | --- |") + 1
    after = [line for line in lines[first:] if not line.startswith("| `")]
    PAGE.write_text("\n".join([*lines[:first], *rows, *after]) + "\n")


def _row(finding: Finding, checkout: Path) -> Row:
    place = f"{finding.path.relative_to(checkout).as_posix()}:{finding.line}"
    way = " → ".join(f"`{step}`" for step in finding.trace) or finding.message
    return Row(place, finding.rule, way.replace("|", "\\|"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or write; 0 if all is listed and explained, 1 if not, 2 if there are no samples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="rewrite the rows")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            checkout = samples(Path(folder))
        except UnreachableError as error:
            print(error, file=sys.stderr)
            return 2
        if options.write:
            write(checkout)
        trouble = differences(checkout)
    for line in trouble:
        print(line, file=sys.stderr)
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
