"""A copy of the order example whose worker serves a real server, as a repo of somebody's."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.service import RPCError

from process_runtime.testing import eventually
from processctl.repo import Repo
from tests.e2e.folders import Folder

PACKAGE = "example.processes.order.v1"
WORKFLOW_TYPE = f"{PACKAGE}.OrderFulfillmentWorkflow"
WORKFLOW_IMPL = "processes/order_fulfillment/workflow_impl.py"
HISTORIES = "processes/order_fulfillment/tests/histories"


def message(kind: str, content: dict[str, Any]) -> RawValue:
    """A message of the contract, without its compiled code."""
    metadata = {"encoding": b"json/protobuf", "messageType": f"{PACKAGE}.{kind}".encode()}
    return RawValue(Payload(metadata=metadata, data=json.dumps(content).encode()))


@dataclass(frozen=True)
class Orders:
    """Orders of one repo, in a namespace of their own."""

    repo: Folder
    client: Client

    @property
    def temporal(self) -> dict[str, str]:
        """The environment in which Temporal is found."""
        address = self.client.service_client.config.target_host
        return {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": self.client.namespace}

    def processctl(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run the command line in the repo, and return what it prints, standard error last."""
        done = self.repo.run("processctl", *arguments, succeeds=False, **self.temporal, **environment)
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    @asynccontextmanager
    async def worker(self, **environment: str) -> AsyncIterator[None]:
        """Run the worker on the code as it is now."""
        settings = {
            **Repo(self.repo.path).environment(),
            **self.temporal,
            "PORT_HTTP": "127.0.0.1:0",
            "PUBLISH_BINDINGS_FILE": "publish.json",
            "PYTHONHASHSEED": "random",
            **environment,
        }
        with (self.repo.path / "worker.log").open("ab") as log:
            worker = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "order_fulfillment.worker"),
                cwd=self.repo.path,
                env=settings,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            worker.terminate()
            await worker.wait()

    def handle(self, order_id: str) -> WorkflowHandle[Any, RawValue]:
        """The execution of an order."""
        workflow_id = f"proc/order-fulfillment/acme/{order_id}"
        return self.client.get_workflow_handle(workflow_id, result_type=RawValue)

    async def place(self, order_id: str) -> None:
        """An order comes in."""
        placed = {"orderId": order_id, "placedAt": "2026-11-03T10:00:00Z", "paymentWindow": "315360000s"}
        await self.client.start_workflow(
            WORKFLOW_TYPE,
            message("OrderFulfillmentStartV1", {"startVersion": 1, "key": _key(order_id)}),
            id=self.handle(order_id).id,
            task_queue="order-fulfillment",
            start_signal="orders.OrderPlaced.v1",
            start_signal_args=[_event(order_id, "placed", {"orderPlaced": placed})],
        )

    async def pay(self, order_id: str, payment_id: str) -> None:
        """Its payment is authorised."""
        paid = {"paymentAuthorized": {"orderId": order_id, "paymentId": payment_id}}
        await self.handle(order_id).signal(
            "payments.PaymentAuthorized.v1", _event(order_id, f"paid-{payment_id}", paid)
        )

    async def ship(self, order_id: str) -> None:
        """It is on its way."""
        shipped = {"shipmentCreated": {"orderId": order_id, "shipmentId": "S-1"}}
        await self.handle(order_id).signal(
            "shipping.ShipmentCreated.v1", _event(order_id, "shipped", shipped)
        )

    async def reached(self, order_id: str, phase: str) -> None:
        """Wait until the process stands there, with nothing in flight."""
        handle = self.handle(order_id)

        async def is_there() -> bool:
            try:
                found = await asyncio.wait_for(handle.query("phase", result_type=str), 10)
            except (RPCError, TimeoutError):
                return False
            return bool(found == phase)

        await eventually(is_there, f"{order_id} does not reach {phase!r}")

    async def waits_after(self, order_id: str, *, effects: int) -> None:
        """Wait until so much is done for an order, and nothing is in flight; asks the worker nothing."""

        async def is_so() -> bool:
            last = (await self.handle(order_id).fetch_history()).events[-1]
            at_rest = last.HasField("workflow_task_completed_event_attributes")
            return at_rest and len(self.effects(order_id)) == effects

        await eventually(is_so, lambda: f"{order_id} is not done with it:\n{self.log()}")

    def effects(self, order_id: str) -> list[tuple[str, str]]:
        """What was done in the world for an order, in turn."""
        with closing(sqlite3.connect(self.repo.path / "ledger.sqlite3")) as ledger:
            rows = ledger.execute(
                "SELECT effect, detail FROM effects WHERE order_id = ? ORDER BY rowid", (f"acme/{order_id}",)
            )
            return list(rows)

    def log(self) -> str:
        """What the workers said."""
        return (self.repo.path / "worker.log").read_text()


def _key(order_id: str) -> dict[str, str]:
    return {"tenantId": "acme", "orderId": order_id}


def _event(order_id: str, key: str, payload: dict[str, Any]) -> RawValue:
    meta = {"idempotencyKey": f"{order_id}-{key}", "schemaVersion": 1, "key": _key(order_id)}
    return message("OrderFulfillmentEvent", {"meta": meta, **payload})
