"""The program that replays histories in a process of its own: see :mod:`processctl.replay.fresh`.

People's modules are imported here, and what they print or leave behind is nobody else's.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final, NoReturn

from temporalio import workflow
from temporalio.client import WorkflowHistory

from process_runtime.config import ConfigError
from process_runtime.contract import ProcessContract
from process_runtime.ending import exit_process
from process_runtime.testing.divergence import find_divergences
from process_runtime.testing.recorded import (
    HistoryFileError,
    histories_folder,
    history_files,
    read_history,
)
from process_runtime.worker import ProcessRegistration
from processctl.replay.job import JOB, OUTCOME, Job, Outcome, Task
from processctl.replay.report import ReplayedHistory

# What is wrong then is the machine at hand, and not the code.
_SURROUNDINGS: Final = frozenset({"PayloadKeyError", "PayloadStoreError"})


class _UnableError(Exception):
    """A process or a history cannot be replayed; the text says why."""


async def replay(job: Job) -> Outcome:
    """Replay what a job names."""
    outcome = Outcome()
    for task in job.tasks:
        try:
            await _replay_process(task, outcome)
        except _UnableError as problem:
            outcome.problems.append(str(problem))
    return outcome


async def _replay_process(task: Task, outcome: Outcome) -> None:
    files: Sequence[Path] | None = task.files
    if files is None:
        contract: ProcessContract = _imported(f"{task.package}.contract").CONTRACT
        folder = histories_folder(contract)
        if folder is None:
            raise _UnableError(f"{contract.impl_module} is missing: `processctl scaffold` makes a start")
        files = history_files(folder)
        if not files:
            return
    registration: ProcessRegistration = _imported(f"{task.package}.registration").REGISTRATION
    read: list[tuple[Path, WorkflowHistory]] = []
    for path in files:
        try:
            read.append((path, _of_process(path, registration)))
        except (HistoryFileError, _UnableError) as problem:
            outcome.problems.append(str(problem))
    try:
        found = [each async for each in find_divergences(registration, [history for _, history in read])]
    except ConfigError as error:
        raise _UnableError("\n".join(error.problems)) from None
    for (path, history), divergence in zip(read, found, strict=True):
        if divergence is not None and divergence.error in _SURROUNDINGS:
            outcome.problems.append(f"{path}: cannot be replayed here: {divergence.message}")
            continue
        outcome.histories.append(
            ReplayedHistory(
                process=registration.contract.name,
                path=path,
                workflow_id=history.workflow_id,
                run_id=history.run_id,
                events=len(history.events),
                divergence=divergence,
            )
        )


def _of_process(path: Path, registration: ProcessRegistration) -> WorkflowHistory:
    history = read_history(path)
    found = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
    # Private to the SDK, which has no public way to ask for the name of a workflow class.
    own = [workflow._Definition.must_from_class(each).name for each in registration.workflows]
    if found not in own:
        raise _UnableError(
            f"{path}: of the workflow type {found!r}, and {registration.contract.name} has {own[0]!r}: "
            "move it to the process it is of"
        )
    return history


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - people's modules raise what they like
        places = [
            frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")
        ]
        place = f" ({places[-1].filename}:{places[-1].lineno})" if places else ""
        raise _UnableError(f"{name} cannot be imported: {type(error).__name__}: {error}{place}") from None


def main() -> NoReturn:
    """Do the job in the file that is named first, and write what came of it to the second."""
    job, told = map(Path, sys.argv[1:])
    # The SDK logs what comes to nothing but a difference.
    logging.disable()
    outcome = asyncio.run(replay(JOB.validate_json(job.read_bytes())))
    told.write_bytes(OUTCOME.dump_json(outcome))
    # With the interpreter left as it is: the SDK's threads do not outlive it well.
    exit_process(0)


if __name__ == "__main__":
    main()
