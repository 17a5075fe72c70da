"""Both processes in one worker and one ingress, as the program that runs them."""

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
from ameide_core_proto.sales.process.v1.erp_handoff_process_pb2 import ErpHandoffStatus
from ameide_core_proto.sales.process.v1.quote_approval_process_pb2 import QuoteApprovalStatus
from process_runtime.testing.waiting import eventually
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from erp_handoff.client import ErpHandoffClient
from erp_handoff.contract import ErpHandoffKey
from processes.sales_systems import SalesSystems
from quote_approval.client import QuoteApprovalClient
from quote_approval.contract import QuoteApprovalKey

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


class Sales:
    """Worker and ingress of the group, and what they leave behind."""

    def __init__(self, folder: Path, ingress_url: str, queue: str, client: Client) -> None:
        self.folder = folder
        self.quote_id = f"Q-{uuid.uuid4()}"
        self.approvals = QuoteApprovalClient(client, task_queue=queue)
        self.handoffs = ErpHandoffClient(client, task_queue=queue)
        self.systems = SalesSystems(folder / "systems.sqlite3")
        self._ingress_url = ingress_url

    async def post(self, event: dict[str, Any], **meta: object) -> httpx.Response:
        """Send an event about the quote."""
        [case] = event
        key = {"tenantId": "acme", "quoteId": self.quote_id}
        envelope = {"meta": {"idempotencyKey": case, "schemaVersion": 1, "key": key, **meta}, **event}
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            return await http.post(f"{self._ingress_url}/events", json=envelope)

    def facts(self) -> list[dict[str, Any]]:
        """The process facts on their stream, in order."""
        lines = (self.folder / "sales-process-facts.jsonl").read_text().splitlines()
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
async def sales(temporal_env: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Sales]:
    """Worker and ingress on a task queue of their own."""
    (tmp_path / "publish.json").write_text((ROOT / "publish.json").read_text())
    (tmp_path / "bindings.json").write_text((ROOT / "bindings.json").read_text())
    roots = [ROOT, ROOT / "build/generated/python", ROOT / "build/generated/process"]
    queue = f"process-sales-v0-{uuid.uuid4()}"
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, roots)),
        "TEMPORAL_ADDRESS": temporal_env.client.service_client.config.target_host,
        "TEMPORAL_TASK_QUEUE": queue,
        "PORT_HTTP": "127.0.0.1:0",
        "PUBLISH_BINDINGS_FILE": "publish.json",
        "INGRESS_BINDINGS_FILE": "bindings.json",
        "SALES_SYSTEMS": "systems.sqlite3",
    }
    await asyncio.to_thread(register_search_attributes, environment)
    with running("sales", tmp_path, environment) as program:
        yield Sales(tmp_path, await program.url(), queue, temporal_env.client)


def register_search_attributes(environment: dict[str, str]) -> None:
    """Do what is done once for each Temporal namespace."""
    command = [sys.executable, "-m", "processctl", "search-attributes", "apply"]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)


async def test_a_quote_goes_from_submission_to_its_order_through_one_worker_and_one_ingress(
    sales: Sales,
) -> None:
    submission = {"quoteSubmittedForApproval": {"approver": "ann"}}
    taken = await sales.post(submission, quoteVersion=1)
    assert taken.status_code == httpx.codes.ACCEPTED, taken.text
    assert taken.json()["workflowId"] == f"sales.quote_approval.acme.{sales.quote_id}"
    assert (await sales.post(submission, quoteVersion=1)).status_code == httpx.codes.ACCEPTED

    refused = await sales.post({"rejectQuote": {}})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "decided_by" in refused.text
    approved = await sales.post({"approveQuote": {"decidedBy": "ann", "seenVersion": 1}})
    assert approved.status_code == httpx.codes.OK, approved.text
    assert approved.json()["reply"]["status"] == "QUOTE_APPROVAL_STATUS_APPROVED"

    approval = await sales.approvals.result(QuoteApprovalKey("acme", sales.quote_id))
    assert approval.decision.status == QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_APPROVED

    accepted = {"quoteAccepted": {"total": {"minorUnits": 9900, "currency": "EUR"}}}
    taken = await sales.post(accepted, quoteVersion=2)
    assert taken.json()["workflowId"] == f"sales.erp_handoff.acme.{sales.quote_id}"
    await sales.post({"erpOrderConfirmed": {"erpOrderId": f"order-of-{sales.quote_id}"}})

    handoff = await sales.handoffs.result(ErpHandoffKey("acme", sales.quote_id))
    assert handoff.status == ErpHandoffStatus.ERP_HANDOFF_STATUS_COMPLETED

    assert [fact["type"] for fact in sales.facts()] == [
        "sales.process.QuoteApprovalRequested.v1",
        "sales.process.OpportunityHandoffToErpRequested.v1",
        "sales.process.OpportunityHandoffToErpCompleted.v1",
    ]
    assert {fact["data"]["subject"]["quoteId"] for fact in sales.facts()} == {sales.quote_id}
    effects = [(effect.name, effect.quote) for effect in sales.systems.effects()]
    assert effects == [
        (name, f"acme/{sales.quote_id}") for name in ("decision recorded", "order created", "order linked")
    ]
