"""Replays histories in a process of its own, with another hash seed than the one that recorded them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from processctl.errors import CouldNotRun
from processctl.replay.job import JOB, OUTCOME, Job, Outcome, Task
from processctl.repo import Repo

# Of workers it is another one at each start: any will do, and the same one gives the same answer.
_HASH_SEED: Final = "1"
_PROGRAM: Final = "processctl.replay.program"
_LAST_LINES: Final = 20


def replay_afresh(repo: Repo, tasks: Sequence[Task]) -> Outcome:
    """Replay histories on the code of `repo`.

    Raises:
        CouldNotRun: The process that replays ended before it was done.
    """
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        job, told = Path(folder, "job.json"), Path(folder, "outcome.json")
        job.write_bytes(JOB.dump_json(Job(tuple(tasks))))
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", _PROGRAM, str(job), str(told)],
            cwd=repo.root,
            env=repo.environment() | {"PYTHONHASHSEED": _HASH_SEED},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
        try:
            return OUTCOME.validate_json(told.read_bytes())
        except (FileNotFoundError, ValidationError):
            said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:])
            raise CouldNotRun(
                f"the process that replays ended with code {done.returncode} before it was done:\n{said}"
            ) from None
