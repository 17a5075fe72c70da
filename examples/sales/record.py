"""Records executions for the replay tests: `python record.py`.

Kept in `processes/<process>/tests/histories`, they show that a change of workflow code leaves executions whole that
were begun before it. Record anew only when a change is meant to break them.
"""

import asyncio
import socket
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from process_runtime.converter import data_converter
from process_runtime.testing import Run
from process_runtime.testing.servers import time_skipping_server
from processctl.repo import Repo
from temporalio.testing import WorkflowEnvironment

ROOT = Path(__file__).parent


async def main() -> None:
    """Tell the stories on a server that skips time."""
    server = await asyncio.to_thread(time_skipping_server)
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server),
        data_converter=data_converter(),
        test_server_startup_timeout=timedelta(seconds=60),
    )
    with tempfile.TemporaryDirectory() as folder:
        async with environment:
            await approvals(environment, Path(folder))
            await handoffs(environment, Path(folder))


async def approvals(environment: WorkflowEnvironment, folder: Path) -> None:
    """Record one in time, one that was revised and escalated, and one that expired."""
    from processes.quote_approval.activities_impl import QuoteApprovalActivitiesImpl
    from processes.quote_approval.tests.test_behavior import Quote
    from processes.sales_systems import SalesSystems
    from quote_approval.testing import QuoteApprovalHarness

    systems = SalesSystems(folder / "systems.sqlite3")
    async with QuoteApprovalHarness(environment, QuoteApprovalActivitiesImpl(systems)) as harness:
        approved = Quote(harness, systems)
        run = await approved.submitted()
        await approved.approve()
        await run.result()
        await save("quote_approval", "approved", run)

        escalated = Quote(harness, systems)
        run = await escalated.submitted()
        await harness.advance(hours=21)
        await escalated.revised()
        await harness.advance(hours=25)
        await escalated.approve(by="max")
        await run.result()
        await save("quote_approval", "escalated", run)

        run = await Quote(harness, systems).submitted()
        await run.result()
        await save("quote_approval", "expired", run)


async def handoffs(environment: WorkflowEnvironment, folder: Path) -> None:
    """Record one that was confirmed, one that was undone, and one whose process was cancelled."""
    from erp_handoff.testing import ErpHandoffHarness
    from processes.erp_handoff.activities_impl import ErpHandoffActivitiesImpl
    from processes.erp_handoff.tests.test_behavior import Handoff
    from processes.sales_systems import SalesSystems

    systems = SalesSystems(folder / "systems.sqlite3")
    async with ErpHandoffHarness(environment, ErpHandoffActivitiesImpl(systems)) as harness:
        completed = Handoff(harness, systems)
        await completed.reach("awaiting confirmation")
        await completed.confirmed()
        await completed.run.result()
        await save("erp_handoff", "completed", completed.run)

        undone = Handoff(harness, systems)
        await undone.reach("awaiting confirmation")
        await undone.rejected()
        await undone.run.result()
        await save("erp_handoff", "undone", undone.run)

        cancelled = Handoff(harness, systems)
        await cancelled.reach("awaiting confirmation")
        await harness.client.cancel(cancelled.key)
        await cancelled.run.failure()
        await save("erp_handoff", "cancelled", cancelled.run)


async def save(package: str, name: str, run: Run[Any, Any]) -> None:
    """Write the history of an execution that has ended."""
    [history] = await run.histories()
    path = ROOT / "processes" / package / "tests" / "histories" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    # Which machine ran it is of no use to a replay.
    path.write_text(history.to_json().replace(f"@{socket.gethostname()}", "@example"), encoding="utf-8")


if __name__ == "__main__":
    sys.path[:0] = map(str, Repo(ROOT).import_roots)
    asyncio.run(main())
