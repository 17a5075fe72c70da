# ruff: noqa: S603, S607, T201 - it calls the git that is installed, and printing is its work
"""Check Temporal's Python samples and compare with what docs/samples-python.md lists and explains.

Each finding is a row `| place | rule | found | explanation |` of that page.

    python scripts/check_samples.py              clone the samples, compare; exit code 1 if they differ
    python scripts/check_samples.py FOLDER       compare with what is found in that checkout
    python scripts/check_samples.py --write ...  rewrite the rows; new ones have yet to be explained
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from process_policy import Finding, check_paths

PAGE = Path(__file__).resolve().parent.parent / "docs" / "samples-python.md"
REPOSITORY = "https://github.com/temporalio/samples-python"
COMMIT = "e652a4d0e85042a34ec8fc46a4a03e51681fd7f9"
UNEXPLAINED = "TO BE EXPLAINED"
_ROW = re.compile(
    r"^\| `(?P<place>[^`]+:\d+)` \| \[(?P<rule>\w+)\]\([^)]*\) \| (?P<text>.*) \| (?P<why>[^|]*) \|$"
)
_SECONDS = 120


class UnreachableError(Exception):
    """The samples cannot be had."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One finding as the page has it."""

    place: str
    rule: str
    text: str

    def line(self, why: str) -> str:
        """The row of the page."""
        return f"| `{self.place}` | [{self.rule}](policy/{self.rule}.md) | {self.text} | {why} |"


def clone(folder: Path) -> Path:
    """Bring the samples as they were at `COMMIT` into a new folder.

    Raises:
        UnreachableError: There is no git, or git cannot reach them.
    """
    environment = os.environ | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
        "GIT_HTTP_LOW_SPEED_TIME": "20",
    }
    commands = (
        ["init", "--quiet"],
        ["fetch", "--quiet", "--depth", "1", REPOSITORY, COMMIT],
        ["checkout", "--quiet", "FETCH_HEAD"],
    )
    folder.mkdir(parents=True, exist_ok=True)
    for arguments in commands:
        try:
            subprocess.run(
                ["git", *arguments],
                cwd=folder,
                env=environment,
                timeout=_SECONDS,
                capture_output=True,
                text=True,
                check=True,
            )
        except FileNotFoundError as error:
            raise UnreachableError("git is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise UnreachableError(f"git {arguments[0]} takes too long") from error
        except subprocess.CalledProcessError as error:
            raise UnreachableError(f"git {arguments[0]}: {error.stderr.strip()}") from error
    return folder


def found(samples: Path) -> list[Row]:
    """What the checker says of a checkout."""
    return sorted(_row(finding, samples) for finding in check_paths([samples]))


def listed() -> dict[Row, str]:
    """The explanation of each finding that the page has."""
    matches = filter(None, map(_ROW.match, PAGE.read_text().splitlines()))
    return {Row(match["place"], match["rule"], match["text"]): match["why"] for match in matches}


def differences(samples: Path) -> list[str]:
    """One line for each finding that is not listed, listed but not found, or not explained."""
    now, then = found(samples), listed()
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


def write(samples: Path) -> None:
    """Put what is found into the page, with the explanations that it has."""
    then = listed()
    by_finding = {(row.place, row.rule): why for row, why in then.items()}
    rows = [
        row.line(then.get(row) or by_finding.get((row.place, row.rule), UNEXPLAINED))
        for row in found(samples)
    ]
    lines = PAGE.read_text().splitlines()
    first = lines.index("| --- | --- | --- | --- |") + 1
    after = [line for line in lines[first:] if not line.startswith("| `")]
    PAGE.write_text("\n".join([*lines[:first], *rows, *after]) + "\n")


def _row(finding: Finding, samples: Path) -> Row:
    place = f"{finding.path.relative_to(samples).as_posix()}:{finding.line}"
    way = " → ".join(f"`{step}`" for step in finding.trace) or finding.message
    return Row(place, finding.rule, way.replace("|", "\\|"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or write; 0 if all is listed and explained, 1 if not, 2 if there are no samples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a checkout")
    parser.add_argument("--write", action="store_true", help="rewrite the rows")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        samples = options.folder
        if samples is None:
            try:
                samples = clone(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            except UnreachableError as error:
                print(f"{REPOSITORY}: {error}", file=sys.stderr)
                return 2
        if options.write:
            write(samples)
        trouble = differences(samples)
    for line in trouble:
        print(line, file=sys.stderr)
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
