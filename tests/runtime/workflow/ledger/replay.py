"""Replays the recorded histories of the ledger that are named as arguments."""

import asyncio
import os
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory

from process_runtime.testing import replay
from tests.runtime.workflow.ledger.registration import REGISTRATION


async def main() -> None:
    for path in map(Path, sys.argv[1:]):
        await replay(REGISTRATION, WorkflowHistory.from_json(path.stem, path.read_text()))


if __name__ == "__main__":
    asyncio.run(main())
    # On a busy machine the SDK's threads can abort the interpreter's own end: temporalio/sdk-python#300.
    os._exit(0)
