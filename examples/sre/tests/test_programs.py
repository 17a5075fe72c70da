"""Worker and ingress as the program that runs them."""

import asyncio
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import (
    GetPendingDecision,
    IncidentTriageOutcome,
)
from process_runtime.testing.waiting import eventually
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from incident_triage.client import IncidentTriageClient
from incident_triage.contract import IncidentTriageKey
from processes.sre_systems import SreSystems

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parent.parent
PATIENCE = 90.0


class Program:
    """A module that runs as a program."""

    def __init__(self, module: str, folder: Path, environment: dict[str, str]) -> None:
        self._log = folder / f"{module}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=folder,
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def url(self) -> str:
        """Wait until it is ready and return where it listens."""
        await eventually(lambda: bool(self._found()), self.log, patience=PATIENCE)
        url = self._found()
        async with httpx.AsyncClient(timeout=PATIENCE) as http:

            async def is_ready() -> bool:
                return (await http.get(f"{url}/readyz")).status_code == httpx.codes.OK

            await eventually(is_ready, self.log, patience=PATIENCE)
        return url

    def log(self) -> str:
        """What it has printed so far."""
        return f"not ready (exit code {self._process.poll()}):\n{self._log.read_text()}"

    def stop(self) -> int:
        """End it as a rollout does, and return its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE)

    def _found(self) -> str:
        found = re.search(r"listens on (http://\S+)", self._log.read_text())
        return found[1] if found else ""


class Sre:
    """Worker and ingress, and what they leave behind."""

    def __init__(self, folder: Path, ingress_url: str, queue: str, client: Client) -> None:
        self.folder = folder
        self.key = IncidentTriageKey("acme", f"I-{uuid.uuid4()}")
        self.triages = IncidentTriageClient(client, task_queue=queue)
        self.systems = SreSystems(folder / "systems.sqlite3")
        self._ingress_url = ingress_url

    async def post(self, event: dict[str, Any], **meta: object) -> httpx.Response:
        """Send an event about the incident."""
        [case] = event
        key = {"tenantId": self.key.tenant_id, "incidentId": self.key.incident_id}
        envelope = {"meta": {"idempotencyKey": case, "schemaVersion": 1, "key": key, **meta}, **event}
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            return await http.post(f"{self._ingress_url}/events", json=envelope)

    def facts(self) -> list[dict[str, Any]]:
        """The process facts on their stream, in order."""
        lines = (self.folder / "sre-process-facts.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def running(module: str, folder: Path, environment: dict[str, str]) -> Iterator[Program]:
    """Run a program, which is to end well."""
    program = Program(module, folder, environment)
    try:
        yield program
    finally:
        code = program.stop()
    assert code == 0, program.log()


@pytest_asyncio.fixture(loop_scope="session")
async def sre(temporal_env: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Sre]:
    """Worker and ingress on a task queue of their own."""
    (tmp_path / "publish.json").write_text((ROOT / "publish.json").read_text())
    (tmp_path / "bindings.json").write_text((ROOT / "bindings.json").read_text())
    roots = [ROOT, ROOT / "build/generated/python", ROOT / "build/generated/process"]
    queue = f"process-sre-v0-{uuid.uuid4()}"
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, roots)),
        "TEMPORAL_ADDRESS": temporal_env.client.service_client.config.target_host,
        "TEMPORAL_TASK_QUEUE": queue,
        "PORT_HTTP": "127.0.0.1:0",
        "PUBLISH_BINDINGS_FILE": "publish.json",
        "INGRESS_BINDINGS_FILE": "bindings.json",
        "SRE_SYSTEMS": "systems.sqlite3",
    }
    await asyncio.to_thread(register_search_attributes, environment)
    with running("incident_triage", tmp_path, environment) as program:
        yield Sre(tmp_path, await program.url(), queue, temporal_env.client)


def register_search_attributes(environment: dict[str, str]) -> None:
    """Do what is done once for each Temporal namespace."""
    command = [sys.executable, "-m", "processctl", "search-attributes", "apply"]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)


async def test_an_incident_goes_from_its_creation_to_its_closure_through_worker_and_ingress(sre: Sre) -> None:
    creation = {"incidentCreated": {"incident": {"title": "checkout is slow", "service": "checkout"}}}
    taken = await sre.post(creation, incidentVersion=1)
    assert taken.status_code == httpx.codes.ACCEPTED, taken.text
    assert taken.json()["workflowId"] == f"sre.incident_triage.acme.{sre.key.incident_id}"
    assert (await sre.post(creation, incidentVersion=1)).status_code == httpx.codes.ACCEPTED

    async def is_asked() -> bool:
        pending = await sre.triages.get_pending_decision(sre.key, GetPendingDecision())
        return pending.awaited_from == "on-call"

    await eventually(is_asked, "nobody is asked", patience=PATIENCE)
    pending = await sre.triages.get_pending_decision(sre.key, GetPendingDecision())
    approval = {"approveRemediation": {"proposalId": pending.proposal.id, "decidedBy": "ann"}}
    assert (await sre.post(approval)).status_code == httpx.codes.ACCEPTED

    result = await sre.triages.result(sre.key)
    assert result.outcome == IncidentTriageOutcome.INCIDENT_TRIAGE_OUTCOME_RESOLVED
    assert [fact["type"].split(".")[2] for fact in sre.facts()] == [
        "IncidentTriageStarted",
        "PatternLookupCompleted",
        "TriagePhaseCompleted",
        "RemediationProposed",
        "RemediationApproved",
        "RemediationApplied",
        "VerificationStarted",
        "VerificationCompleted",
        "DocumentationRequested",
        "IncidentTriageCompleted",
    ]
    assert {fact["data"]["subject"]["incidentId"] for fact in sre.facts()} == {sre.key.incident_id}
    effects = [(effect.name, effect.incident) for effect in sre.systems.effects()]
    assert effects == [
        (name, f"acme/{sre.key.incident_id}")
        for name in ("approval requested", "committed", "backlog item written", "closure requested")
    ]
