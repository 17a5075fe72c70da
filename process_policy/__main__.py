"""`python -m process_policy [PATHS]`: the check for projects that use nothing else of ours."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from process_policy.command import NOT_DONE, check_project, end, exit_code, remarks, split
from process_policy.findings import PolicyError
from process_policy.formats import FORMATS


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="process_policy", description="Check Temporal workflow code.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATHS", help="files and folders")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to print (default: text)")
    parser.add_argument("--select", action="append", help="rules and families to report, e.g. DET,PRA001")
    parser.add_argument("--ignore", action="append", help="rules and families not to report")
    parser.add_argument("--config", type=Path, help="TOML file; default: the nearest pyproject.toml")
    parser.add_argument("--require-workflow", action="store_true", help="fail if there is no workflow")
    options = parser.parse_args(arguments)
    try:
        report = check_project(
            options.paths,
            select=split(options.select),
            ignore=split(options.ignore),
            config_file=options.config,
            require_workflow=options.require_workflow,
        )
    except PolicyError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command prints
        return NOT_DONE
    for line in remarks(report):
        print(line, file=sys.stderr)  # noqa: T201
    print(FORMATS[options.format](report))  # noqa: T201
    return exit_code(report)


if __name__ == "__main__":
    end(main())
