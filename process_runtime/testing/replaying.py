"""What generated tests check of histories: executions of the past go on with the code at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import ProcessContract
from process_runtime.ingress import Router
from process_runtime.testing.divergence import find_divergences
from process_runtime.testing.people import human_module
from process_runtime.testing.recorded import (
    HISTORIES,
    HistoryFileError,
    history_bytes,
    history_files,
    read_history,
)
from process_runtime.testing.replays import SESSION
from process_runtime.testing.trial import trial
from process_runtime.worker import ProcessRegistration

__all__ = ["assert_an_execution_replays", "assert_histories_replay"]

RECORD: Final = "RECORD_HISTORIES"
"""Environment variable: keep a history where there is none."""
_RECORDED: Final = "recorded"


async def assert_an_execution_replays(
    temporal_env: WorkflowEnvironment, registration: ProcessRegistration, router: Router[Any]
) -> None:
    """Assert that an execution that takes place now replays.

    With `RECORD_HISTORIES` in the environment its history is kept beside people's tests, unless one is there.

    Args:
        temporal_env: A server, as of :mod:`process_runtime.testing.fixtures`.
        registration: The generated registration.
        router: The generated router.
    """
    case = next(iter(router.routes))
    # Every run of a trial is replayed at its end.
    async with trial(temporal_env.client, registration, router, case) as process:
        if router.routes[case].delivery.is_update:
            await process.deliver()
        await process.settled()
        histories = await process.histories()
    folder = _folder(registration.contract)
    if os.environ.get(RECORD) and not history_files(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_RECORDED}.json.gz").write_bytes(history_bytes(histories[0]))


async def assert_histories_replay(registration: ProcessRegistration) -> None:
    """Assert that the histories among people's tests replay.

    Each ``.json`` and ``.json.gz`` below ``tests/histories`` is replayed, and once more at the session's end,
    in a fresh process with another hash seed. No file is a failure.
    """
    kept = _kept(registration.contract)
    found = [each async for each in find_divergences(registration, [history for _, history in kept])]
    differences = []
    for (path, history), divergence in zip(kept, found, strict=True):
        if divergence is None:
            SESSION.add(registration, history)
        else:
            differences.append(f"{path.name}: {divergence}")
    if differences:
        pytest.fail(
            f"{registration.contract.name}: executions of the past do not go on with this code:\n"
            + "\n".join(differences)
            + "\nTake the change back, or let them go the old way with a patch, `self.patched(...)`",
            pytrace=False,
        )


def _kept(contract: ProcessContract) -> list[tuple[Path, WorkflowHistory]]:
    folder = _folder(contract)
    try:
        histories = [(path, read_history(path)) for path in history_files(folder)]
    except HistoryFileError as error:
        pytest.fail(str(error), pytrace=False)
    if not histories:
        pytest.fail(
            f"{folder}: no history, and nothing shows that executions outlast a change of code: keep some of "
            f"each version (`processctl replay download --process {contract.name}`) or, before the first, "
            f"that of a test ({RECORD}=1 pytest)",
            pytrace=False,
        )
    return histories


def _folder(contract: ProcessContract) -> Path:
    return human_module(contract).parent / HISTORIES
