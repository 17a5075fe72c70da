"""The program that measures; `benchmarks.soak.run` starts it."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from order_fulfillment.contract import WORKFLOW_TYPE
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client
from temporalio.service import RPCError

from benchmarks.example import hand_over, run_program
from benchmarks.harness import BenchmarkError, Figure
from benchmarks.runtime.customers import Handle, Order, Target
from benchmarks.runtime.workers import Process, Program, memory, running
from benchmarks.servers import dev_server
from process_runtime.workflow import ProcessStatus

_TARGET = Target(name="soak", workflow_type=WORKFLOW_TYPE, task_queue="soak")
_BATCH, _BATCHES = 500, 200
_QUICK_BATCH, _QUICK_BATCHES = 4, 5
_IN_FLIGHT = 16
_PATIENCE = 300  # seconds for a batch
_REPEATED = 50  # every so many events are delivered twice
# The dedupe window is full after the first tenth; what is carried grows until then.
_EARLY, _LATE = (0.2, 0.4), (0.8, 1.0)

_FLAT = 1.1  # times the value of the early part
_FLAT_TIME = 1.5  # the same of a time, which has a machine's noise


@dataclass(frozen=True)
class Sample:
    """The entity after a batch."""

    seconds: float
    """For each event of the batch."""
    memory: float
    """MB of the worker."""
    epoch: int
    """Runs that came before."""
    history: int
    """Events of the history of the current run."""
    carried: int
    """Bytes that the current run was started with."""


async def main() -> None:
    """Drive one entity through all its events."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="to work in")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    batch, batches = (_QUICK_BATCH, _QUICK_BATCHES) if options.quick else (_BATCH, _BATCHES)
    server = await dev_server()
    async with server:
        programs = {_TARGET: Program(arguments=("benchmarks.runtime.generated_worker",))}
        with running(programs, server.client, options.folder) as processes:
            hand_over(await _soak(server.client, processes[_TARGET], batch, batches))


async def _soak(client: Client, worker: Process, batch: int, batches: int) -> list[Figure]:
    order = Order(client, _TARGET)
    handle = await order.deliver("order_placed")
    samples = []
    delivered, repeated = 1, 0
    for _ in range(batches):
        began = time.perf_counter()
        keys = range(delivered, delivered + batch)
        again = [key for key in keys if key % _REPEATED == 0]
        await _deliver(order, [*keys, *again])
        delivered, repeated = delivered + batch, repeated + len(again)
        status = await _settled(handle, delivered + repeated)
        seconds = (time.perf_counter() - began) / batch
        samples.append(await _sample(client, handle, seconds, memory(worker), status))
    for payload in ("payment_authorized", "shipment_created"):
        await order.deliver(payload)
    await handle.result()
    status = await handle.query("process_status", result_type=ProcessStatus)
    if (status.applied, status.duplicates) != (delivered + 2, repeated):
        raise BenchmarkError(f"of {delivered + 2} events and {repeated} repetitions: {status}")
    return _figures(samples, delivered)


async def _deliver(order: Order, keys: Sequence[int]) -> None:
    remaining = iter(keys)

    async def sender() -> None:
        for key in remaining:
            await order.deliver("order_placed", str(key))

    async with asyncio.TaskGroup() as senders:
        for _ in range(_IN_FLIGHT):
            senders.create_task(sender())


async def _settled(handle: Handle, events: int) -> ProcessStatus:
    """Wait until the process has dealt with so many events."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            # Refused for a moment where a machine is so busy that a workflow task runs out of time.
            with suppress(RPCError):
                status: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
                if status.applied + status.duplicates >= events:
                    return status
            await asyncio.sleep(0.02)


async def _sample(
    client: Client, handle: Handle, seconds: float, used: float, status: ProcessStatus
) -> Sample:
    description = await client.get_workflow_handle(handle.id).describe()
    first = await client.workflow_service.get_workflow_execution_history(
        GetWorkflowExecutionHistoryRequest(
            namespace=client.namespace,
            execution=WorkflowExecution(workflow_id=handle.id, run_id=description.run_id),
            maximum_page_size=1,
        )
    )
    started = first.history.events[0].workflow_execution_started_event_attributes
    return Sample(
        seconds=seconds,
        memory=used,
        epoch=status.run_epoch,
        history=description.history_length,
        carried=started.input.ByteSize(),
    )


def _figures(samples: Sequence[Sample], events: int) -> list[Figure]:
    def growth(of: Callable[[Sample], float], summary: Callable[[list[float]], float]) -> float:
        early, late = (
            summary(
                [of(sample) for sample in samples[int(part[0] * len(samples)) : int(part[1] * len(samples))]]
            )
            for part in (_EARLY, _LATE)
        )
        return late / early

    longest = max(sample.history for sample in samples)
    return [
        Figure(
            figure="soak.time_per_event.growth",
            value=growth(lambda sample: sample.seconds, statistics.median),
            unit="x",
            bound=_FLAT_TIME,
        ),
        Figure(
            figure="soak.memory.growth",
            value=growth(lambda sample: sample.memory, max),
            unit="x",
            bound=_FLAT,
        ),
        Figure(
            figure="soak.history_length.growth",
            value=growth(lambda sample: sample.history, max),
            unit="x",
            bound=_FLAT,
        ),
        Figure(
            figure="soak.carried.growth",
            value=growth(lambda sample: sample.carried, max),
            unit="x",
            bound=_FLAT,
        ),
        Figure(figure="soak.events", value=events, unit=""),
        Figure(figure="soak.runs", value=samples[-1].epoch + 1, unit=""),
        Figure(
            figure="soak.time_per_event",
            value=statistics.median(sample.seconds for sample in samples) * 1000,
            unit="ms",
        ),
        Figure(figure="soak.memory", value=max(sample.memory for sample in samples), unit="MB"),
        Figure(figure="soak.history_length", value=longest, unit=""),
        Figure(figure="soak.carried", value=max(sample.carried for sample in samples) / 1000, unit="KB"),
    ]


if __name__ == "__main__":
    run_program(main())
