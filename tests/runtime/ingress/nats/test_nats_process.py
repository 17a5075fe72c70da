"""The ingress as a program on real servers: killed, restarted and stopped."""

from __future__ import annotations

import asyncio
import json
import signal
import uuid
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer
from tests.runtime.ingress.nats.replica import Orders
from tests.runtime.ingress.parcels import workflow_id

pytestmark = pytest.mark.xdist_group("nats")

MODULE = "tests.runtime.ingress.parcel_ingress"
EVENTS = "process_ingress_events_total"
DELIVERED = 'outcome="delivered"'


@pytest.mark.requirement("R111", "R116")
async def test_a_killed_ingress_costs_no_message_and_no_order(
    orders: Orders, temporal: DevServer, client: Client, worker: Worker, tmp_path: Path
) -> None:
    keys = [uuid.uuid4().hex[:8] for _ in range(5)]
    plan = [(keys[number % 5], number) for number in range(80)]
    for key, number in plan:
        await orders.publish(key, number)
    # What is in the stream twice is delivered twice, and recognised by the process.
    await orders.publish(*plan[0])
    bindings = tmp_path / "bindings.json"
    binding = {
        "servers": orders.server.url,
        "stream": orders.name,
        "durable": "parcel_parcels",
        "takeover": "1s",
        "batch": 10,
    }
    bindings.write_text(json.dumps({"parcels": binding}))
    environment = {
        "TEMPORAL_ADDRESS": temporal.address,
        "INGRESS_BINDINGS_FILE": str(bindings),
        "MAX_IN_FLIGHT": "8",
        "COALESCE_MAX_EVENTS": "1",
    }
    with Child(tmp_path / "first.log", MODULE, "nats", environment=environment) as first:
        await asyncio.to_thread(first.until_metric, EVENTS, DELIVERED, 10)
        first.signal(signal.SIGKILL)
        await asyncio.to_thread(first.process.wait)
    with Child(tmp_path / "second.log", MODULE, "nats", environment=environment) as second:
        await orders.all_acknowledged()
        second.signal(signal.SIGTERM)
        assert await asyncio.to_thread(second.exit_code) == 0
    for key in keys:
        events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
        numbers = [int(text.rpartition("-")[2]) for text in events]
        assert list(dict.fromkeys(numbers)) == [number for own, number in plan if own == key]
