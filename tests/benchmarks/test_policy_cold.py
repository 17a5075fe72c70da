"""The benchmark of the check: both programs run over the same folder, findings or not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.harness import BenchmarkError
from benchmarks.policy import cold

FLOW = """
import time
from temporalio import workflow
@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return time.time()
"""


def linter(folder: Path, exit_code: int) -> Path:
    """A program that notes what it is called with."""
    program = folder / "linter"
    noted = folder / "noted"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(noted)!r}, 'a').write(sys.argv[1] + '\\n')\n"
        f"sys.exit({exit_code})\n"
    )
    program.chmod(0o755)
    return program


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "flow.py").write_text(FLOW)
    return folder


def test_both_run_in_turns_and_the_first_round_is_not_measured(tmp_path: Path, checkout: Path) -> None:
    ratio, check, lint = cold.compare(checkout, linter(tmp_path, 1), rounds=1)
    assert (ratio.figure, ratio.unit, ratio.bound) == ("policy.samples.against_linter", "x", 3.0)
    assert ratio.value == pytest.approx(check.value / lint.value)
    assert (tmp_path / "noted").read_text() == f"{checkout}\n" * 2


def test_a_program_that_fails_is_no_measurement(tmp_path: Path, checkout: Path) -> None:
    with pytest.raises(BenchmarkError, match="exit code 2"):
        cold.compare(checkout, linter(tmp_path, 2), rounds=1)
