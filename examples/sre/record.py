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
            await triages(environment, Path(folder))


async def triages(environment: WorkflowEnvironment, folder: Path) -> None:
    """Record what helped at last, what was known, what was cancelled in two ways, and what took too long."""
    from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import GetResourceHealthResponse

    from incident_triage.testing import IncidentTriageHarness
    from processes.incident_triage.activities_impl import IncidentTriageActivitiesImpl
    from processes.incident_triage.tests.test_behavior import Case
    from processes.sre_systems import SreSystems

    systems = SreSystems(folder / "systems.sqlite3")
    async with IncidentTriageHarness(environment, IncidentTriageActivitiesImpl(systems)) as harness:
        resolved = Case(harness, systems)
        await resolved.created()
        await resolved.proposed()
        await resolved.reject()
        await resolved.proposed(2)
        harness.activities.get_resource_health.will(GetResourceHealthResponse())
        await resolved.approve(2)
        await resolved.run.until(phase="verification")
        await harness.advance(minutes=16)
        await resolved.proposed(3)
        harness.activities.get_resource_health.will()
        await harness.advance(minutes=31)
        await resolved.approve(3)
        await resolved.run.result()
        await save("resolved", resolved.run)

        known = Case(harness, systems, resolved.incident.fingerprint)
        await known.created()
        await known.proposed()
        await known.approve()
        await known.run.result()
        await save("known_pattern", known.run)

        triage_cancelled = Case(harness, systems)
        await triage_cancelled.reach("verification")
        await triage_cancelled.cancel_triage()
        await triage_cancelled.leave("verification")
        await triage_cancelled.run.result()
        await save("triage_cancelled", triage_cancelled.run)

        process_cancelled = Case(harness, systems)
        await process_cancelled.reach("verification")
        await process_cancelled.run.rest()
        await harness.client.cancel(process_cancelled.key)
        await process_cancelled.run.rest()
        await process_cancelled.leave("verification")
        await process_cancelled.run.failure()
        await save("process_cancelled", process_cancelled.run)

        timed_out = Case(harness, systems)
        await timed_out.created()
        await timed_out.run.result()
        await save("timed_out", timed_out.run)


async def save(name: str, run: Run[Any, Any]) -> None:
    """Write the history of an execution that has ended."""
    [history] = await run.histories()
    path = ROOT / "processes" / "incident_triage" / "tests" / "histories" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    # Which machine ran it is of no use to a replay.
    path.write_text(history.to_json().replace(f"@{socket.gethostname()}", "@example"), encoding="utf-8")


if __name__ == "__main__":
    sys.path[:0] = map(str, Repo(ROOT).import_roots)
    asyncio.run(main())
