"""The replay: every history of the first run, in a process that began afresh elsewhere.

    python -m tests.policy.proof.replay PLAN FOLDER

Writes to FOLDER, for each snippet, the first difference that any of several replays had.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.policy.proof.loading import AnyWorkflow, Loaded, end_with, load, name_of

_MOMENTS: Final = 3


def _be_another_host() -> None:
    """Answer what the machine cannot be asked to answer otherwise: another machine's name and size."""
    cores = (os.cpu_count() or 1) + 1
    os.cpu_count = lambda: cores
    socket.gethostname = lambda: "another-host"
    socket.getfqdn = lambda name="": name or "another-host.example"
    platform.node = lambda: "another-host"


async def _main(plan: Path, folder: Path) -> None:
    loaded = [entry for entry in load(plan) if not entry.refused]
    replayer = Replayer(
        workflows=[*dict.fromkeys(found for entry in loaded for found in entry.workflows), AnyWorkflow],
        workflow_runner=UnsandboxedWorkflowRunner(),
        debug_mode=True,  # a busy machine is no deadlock
    )
    found: dict[str, str | None] = {}
    ballast: list[Any] = []
    for moment in range(_MOMENTS):
        # Addresses and the collector's moments are other ones each time.
        ballast += [[object(), {}] for _ in range(1009 * (moment + 1))]
        gc.set_threshold(*((0,) if moment == 1 else (1, 1, 1) if moment == 2 else (700, 10, 10)))
        remaining = [entry for entry in loaded if not found.get(entry.name)]
        async with replayer.workflow_replay_iterator(_histories(folder, remaining)) as results:
            async for result in results:
                failure = result.replay_failure
                name = name_of(result.history.workflow_id)
                found[name] = found.get(name) or (f"{type(failure).__name__}: {failure}" if failure else None)
    (folder / f"replayed-{os.environ['PYTHONHASHSEED']}.json").write_text(json.dumps(found))


async def _histories(folder: Path, loaded: list[Loaded]) -> AsyncIterator[WorkflowHistory]:
    for entry in loaded:
        # The last first: what it took from an earlier execution is not there yet.
        for number in reversed(range(entry.drive["executions"])):
            path = folder / f"{entry.name}.{number}"
            if path.exists():
                events = History.FromString(path.read_bytes()).events
                workflow_id = events[0].workflow_execution_started_event_attributes.workflow_id
                yield WorkflowHistory(workflow_id, events)


if __name__ == "__main__":
    _be_another_host()
    end_with(_main(Path(sys.argv[1]), Path(sys.argv[2])))
