"""Every history of a test session is replayed once more, in a fresh process with another hash seed.

What depends on a set's order, or on what an earlier execution left in memory, replays well in the process
that recorded it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowHistory

from process_runtime.testing.histories import StartedExecutions, was_performed
from process_runtime.worker import ProcessRegistration

__all__ = ["SESSION", "Replays", "registration_name"]

INDEX: Final = "index.json"
"""Registration and workflow ID by run ID; the run ID is the name of the history's file."""
_PROGRAM: Final = "process_runtime.testing.fresh_replay"


class Replays:
    """Histories to replay in one fresh process: a file each, so that a long session keeps none in memory."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._index: dict[str, dict[str, str]] = {}
        self._served: dict[str, str] = {}

    def serve(self, task_queue: str, registration: ProcessRegistration) -> None:
        """Note whose executions a task queue has, for `collect`."""
        name = registration_name(registration)
        if name is not None:
            self._served[task_queue] = name

    def forget(self, task_queue: str) -> None:
        """Leave out the executions of a task queue: the code that they ran is not the code at hand."""
        self._served.pop(task_queue, None)

    async def collect(self, client: Client, started: StartedExecutions) -> None:
        """Keep the histories of what was started on the task queues that are known."""
        for history in await started.histories(client):
            begun = history.events[0].workflow_execution_started_event_attributes
            name = self._served.get(begun.task_queue.name)
            if name is not None:
                self.add(name, history)

    def __len__(self) -> int:
        return len(self._index)

    def add(self, registration: ProcessRegistration | str, history: WorkflowHistory) -> None:
        """Keep a history.

        Args:
            registration: Of its process, or where it is: ``module:attribute``. One that a test has made up
                itself is not there in another process; its histories are left out.
            history: Of one run.
        """
        name = registration if isinstance(registration, str) else registration_name(registration)
        if name is None or not was_performed(history):
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="histories-")
        self._index[history.run_id] = {"registration": name, "workflow_id": history.workflow_id}
        content = History(events=history.events).SerializeToString()
        (Path(self._folder.name) / history.run_id).write_bytes(content)

    def replay(self) -> int:
        """Replay all of them in a fresh process and forget them; how many there were.

        Raises:
            AssertionError: The code decides otherwise than a history says; with each difference.
        """
        if self._folder is None:
            return 0
        folder, index = Path(self._folder.name), self._index
        (folder / INDEX).write_text(json.dumps(index))
        self._index = {}
        try:
            replayed = subprocess.run(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", _PROGRAM, str(folder)],
                env={
                    **os.environ,
                    "PYTHONHASHSEED": _another_seed(),
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            self._folder.cleanup()
            self._folder = None
        if replayed.returncode:
            raise AssertionError(
                f"of {len(index)} histories, some do not replay in a fresh process with another hash seed:\n"
                f"{replayed.stdout}{replayed.stderr}"
            )
        return len(index)


SESSION: Final = Replays()
"""Of this test session; the fixtures replay it at its end."""


def registration_name(registration: ProcessRegistration) -> str | None:
    """Return where a generated registration is, ``module:attribute``; None if it is not where they are."""
    package = registration.workflow.__module__.rpartition(".")[0]
    if not package:
        return None
    try:
        module = importlib.import_module(f"{package}.registration")
    except ImportError:
        return None
    found = getattr(module, "REGISTRATION", None)
    return f"{module.__name__}:REGISTRATION" if found is registration else None


def _another_seed() -> str:
    """A hash seed that is not this process's, which may be random."""
    return "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
