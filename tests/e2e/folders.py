"""Folders away from the checkout, and commands in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# For a command that hangs; none takes a tenth of it on a machine that has time.
_PATIENCE = 900.0
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*cache", "ledger.sqlite3*", "dead-letters.jsonl")


@dataclass(frozen=True)
class Folder:
    """A folder to run commands in, with the tools of one virtual environment first on PATH."""

    path: Path
    tools: Path = BIN

    def run(
        self, *command: str | Path, succeeds: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `command`; unless told otherwise it has to succeed."""
        path = os.pathsep.join([str(self.tools), os.environ.get("PATH", "")])
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.path,
            env=os.environ | {"PATH": path, "NO_COLOR": "1", "COLUMNS": "150"} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        if succeeds and done.returncode:
            pytest.fail(
                f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}", pytrace=False
            )
        return done

    def pytest(self, *arguments: str | Path, succeeds: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the folder's own tests in a fresh process."""
        return self.run(
            "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, succeeds=succeeds
        )

    def outcomes(self, report: Path) -> dict[str, bool]:
        """Run the folder's own tests, and return whether each passed, by module and name without parameters.

        Args:
            report: Where they write what became of them.
        """
        done = self.pytest(f"--junit-xml={report}", succeeds=False)
        assert done.returncode == 0, done.stdout + done.stderr
        passed: dict[str, bool] = {}
        for case in ET.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname')}::{str(case.get('name')).partition('[')[0]}"
            passed[name] = passed.get(name, True) and len(case) == 0
        return passed

    def files(self, under: str = ".", *, suffixes: Sequence[str] = ()) -> dict[str, bytes]:
        """Return the content of every file below `under`, caches excepted."""
        base = self.path / under
        return {
            path.relative_to(base).as_posix(): path.read_bytes()
            for path in sorted(base.rglob("*"))
            if path.is_file()
            and "__pycache__" not in path.parts
            and (not suffixes or path.suffix in suffixes)
        }


def copied_example(name: str, folder: Path) -> Folder:
    """Copy an example of the checkout to `folder`, which is not there yet."""
    shutil.copytree(CHECKOUT / "examples" / name, folder, ignore=_NOT_COPIED)
    return Folder(folder)
