"""Replays the recorded histories of the ledger that are named as arguments."""

import asyncio
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory

from process_runtime.ending import exit_process
from process_runtime.testing import replay
from tests.runtime.workflow.ledger.registration import REGISTRATION


async def main() -> None:
    for path in map(Path, sys.argv[1:]):
        await replay(REGISTRATION, WorkflowHistory.from_json(path.stem, path.read_text()))


if __name__ == "__main__":
    asyncio.run(main())
    exit_process(0)
