"""A worker and a client of the lease process, of whichever release stands on the import path.

Not imported by tests: the messages of two releases cannot be in one process.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from lease.client import LeaseClient
from lease.contract import LeaseKey
from lease.registration import REGISTRATION
from leases.v1 import lease_process_pb2
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Worker

from process_runtime.converter import data_converter
from process_runtime.ending import exit_process
from process_runtime.testing import eventually, replay
from process_runtime.worker import workflow_options


def event(lease_id: str, key: str, **payload: Any) -> lease_process_pb2.LeaseEvent:
    meta = lease_process_pb2.LeaseMeta(
        key=lease_process_pb2.LeaseKey(lease_id=lease_id), idempotency_key=key, schema_version=1
    )
    return lease_process_pb2.LeaseEvent(meta=meta, **payload)


async def begin(client: LeaseClient, lease_id: str) -> None:
    """Begin a lease and pay rent once."""
    paid = lease_process_pb2.RentPaid(cents=100)
    await client.rent_paid(event(lease_id, "first", rent_paid=paid))

    async def is_paid() -> bool:
        state = await client.state(LeaseKey(lease_id))
        return bool(state.paid_cents == 100)

    await eventually(is_paid)


async def end(client: LeaseClient, lease_id: str) -> dict[str, Any]:
    """Pay rent again and the first once more, end the lease, and return what became of it."""
    for key in ("first", "second"):
        paid = lease_process_pb2.RentPaid(cents=100)
        await client.rent_paid(event(lease_id, key, rent_paid=paid))
    await client.lease_ended(event(lease_id, "end", lease_ended=lease_process_pb2.LeaseEnded()))
    handle = client.handle(LeaseKey(lease_id))
    result = await handle.result()
    history = await handle.fetch_history()
    [start] = history.events[0].workflow_execution_started_event_attributes.input.payloads
    return {
        "result": type(result).__name__,
        "paid_cents": result.paid_cents,
        "currency": getattr(result, "currency", ""),
        "start": start.metadata["messageType"].decode(),
        "history": history.to_json(),
    }


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address")
    parser.add_argument("--queue")
    parser.add_argument("--begin", nargs="*", default=[], metavar="LEASE")
    parser.add_argument("--end", nargs="*", default=[], metavar="LEASE")
    parser.add_argument("--replay", nargs="*", default=[], type=Path, metavar="FILE")
    arguments = parser.parse_args()
    for path in arguments.replay:
        await replay(REGISTRATION, WorkflowHistory.from_json(path.stem, path.read_text()))
    if arguments.address is None:
        return
    temporal = await Client.connect(arguments.address, data_converter=data_converter())
    options = workflow_options([REGISTRATION])
    async with Worker(
        temporal, task_queue=arguments.queue, workflows=list(REGISTRATION.workflows), **options
    ):
        client = LeaseClient(temporal, task_queue=arguments.queue)
        for lease_id in arguments.begin:
            await begin(client, lease_id)
        outcomes = {lease_id: await end(client, lease_id) for lease_id in arguments.end}
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
    exit_process(0)
