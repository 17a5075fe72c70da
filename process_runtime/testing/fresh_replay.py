"""The program that replays a folder of histories: see :mod:`process_runtime.testing.replays`."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, NoReturn

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from process_runtime.ending import exit_process
from process_runtime.testing.replays import INDEX
from process_runtime.testing.workers import difference, replayer

_DIFFERENT: Final = 3


async def _replay_folder(folder: Path) -> int:
    index: dict[str, dict[str, str]] = json.loads((folder / INDEX).read_text())
    problems = 0
    for name in sorted({entry["registration"] for entry in index.values()}):
        module, _, attribute = name.partition(":")
        registration = getattr(importlib.import_module(module), attribute)
        runs = [run for run, entry in index.items() if entry["registration"] == name]
        results = replayer(registration).workflow_replay_iterator(_read(folder, index, runs))
        async with results as replayed:
            async for result in replayed:
                failure = difference(result)
                if failure is not None:
                    problems += 1
                    _say(f"{name} {result.history.workflow_id}: {failure}")
    return problems


async def _read(
    folder: Path, index: dict[str, dict[str, str]], runs: list[str]
) -> AsyncIterator[WorkflowHistory]:
    for run in runs:
        events = History.FromString((folder / run).read_bytes()).events
        yield WorkflowHistory(index[run]["workflow_id"], events)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the program's output


def main() -> NoReturn:
    """Replay the folder that is named, and end the process."""
    status = 1
    try:
        status = _DIFFERENT if asyncio.run(_replay_folder(Path(sys.argv[1]))) else 0
    except Exception as error:  # noqa: BLE001 - exit_process would swallow it
        _say(f"{type(error).__name__}: {error}")
    exit_process(status)


if __name__ == "__main__":
    main()
