"""What a check on the command line does, whichever program it was called from."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from process_policy.check import Report, check, no_workflow
from process_policy.config import find_config, load_config

CLEAN, FINDINGS, NOT_DONE = 0, 1, 2
"""Exit codes: no findings; findings; some of what was given could not be checked."""


def check_project(
    paths: Sequence[Path] = (),
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    config_file: Path | None = None,
    require_workflow: bool = False,
) -> Report:
    """Check files and folders as their project's configuration wants it.

    Args:
        paths: Files and folders; without any, those of the configuration, else the current folder.
        select: Rules and families instead of those of the configuration.
        ignore: Rules and families instead of those of the configuration.
        config_file: A TOML file, instead of the nearest pyproject.toml with a configuration.
        require_workflow: A check that finds no workflow counts as one that could not be done.

    Raises:
        PolicyError: The configuration cannot be used.
    """
    config = find_config(Path.cwd()) if config_file is None else load_config(config_file)
    config = config.with_rules(select, ignore)
    paths = paths or [_as_people_write(path) for path in config.paths] or [Path()]
    with _no_collection():
        report = check(paths, config)
    if require_workflow and not report.workflows and not report.problems:
        return Report(report.findings, (no_workflow(paths),), report.files, report.workflow_files)
    return report


def exit_code(report: Report) -> int:
    """What the program ends with."""
    if report.problems:
        return NOT_DONE
    return FINDINGS if report.findings else CLEAN


def remarks(report: Report) -> list[str]:
    """Lines for standard error: what could not be checked, and that there was nothing to check."""
    lines = [str(problem) for problem in report.problems]
    if not lines and not report.workflows:
        lines.append("no workflow found: nothing was checked but the comments that except findings")
    return lines


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Syntax trees live to the end of a check; looking for garbage among them takes a sixth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _as_people_write(path: Path) -> Path:
    return Path(os.path.relpath(path))


def end(code: int) -> NoReturn:
    """End the program at once: taking the syntax trees apart takes a fifth of the time of a check."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def split(values: Iterable[str] | None) -> list[str] | None:
    """Names of options that may be repeated and hold several, separated by commas; None if none is given."""
    if values is None:
        return None
    return [name.strip() for value in values for name in value.split(",") if name.strip()]
