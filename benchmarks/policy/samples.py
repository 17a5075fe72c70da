"""Temporal's Python samples at one commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

REPOSITORY = "https://github.com/temporalio/samples-python"
COMMIT = "e652a4d0e85042a34ec8fc46a4a03e51681fd7f9"
VARIABLE = "SAMPLES_PYTHON"
_SECONDS = 120


class UnreachableError(Exception):
    """The samples cannot be had; the message says why and how to mend it."""


def samples(folder: Path) -> Path:
    """The checkout that `SAMPLES_PYTHON` names, else a clone in `folder`.

    Raises:
        UnreachableError: There is neither.
    """
    given = os.environ.get(VARIABLE)
    if not given:
        return _clone(folder)
    if not Path(given).is_dir():
        raise UnreachableError(f"{VARIABLE}: {given} is no folder")
    return Path(given)


def _clone(folder: Path) -> Path:
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
        trouble = _git(arguments, folder, environment)
        if trouble:
            raise UnreachableError(f"{REPOSITORY}: {trouble}; name a checkout of {COMMIT} in {VARIABLE}")
    return folder


def _git(arguments: list[str], folder: Path, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            timeout=_SECONDS,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "git is not installed"
    except subprocess.TimeoutExpired:
        return f"git {arguments[0]} takes too long"
    return done.stderr.strip() if done.returncode else ""
