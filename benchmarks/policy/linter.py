"""The linter for Temporal workflows that PyPI has, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from benchmarks.harness import BenchmarkError

REQUIREMENT = "temporalint==0.1.1"


def install(folder: Path) -> Path:
    """Install the linter into a new environment in `folder`, and return its program.

    Raises:
        BenchmarkError: It cannot be installed.
    """
    venv.create(folder, symlinks=True)
    programs = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder)}))
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    done = subprocess.run([*command, "--no-deps", REQUIREMENT], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{REQUIREMENT} cannot be installed: {done.stderr.strip()}")
    return programs / "temporalint"
