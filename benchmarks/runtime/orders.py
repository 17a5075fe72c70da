"""Orders completed, and what each costs: the generated worker against the hand-written ones."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from order_fulfillment.contract import CONTRACT, WORKFLOW_TYPE
from temporalio.client import Client, WorkflowHistory

from benchmarks.example import with_local_activities
from benchmarks.harness import Figure, median_ratio
from benchmarks.runtime.customers import EVENTS, Handle, Order, Target, complete_orders
from benchmarks.runtime.workers import Program, cpu_seconds, running
from benchmarks.servers import dev_server

_GENERATED = Target(name="generated", workflow_type=WORKFLOW_TYPE, task_queue="generated", contract=CONTRACT)
_LOCAL = Target(
    name="generated_local",
    workflow_type=WORKFLOW_TYPE,
    task_queue="generated-local",
    contract=CONTRACT,
)
_DEFAULT = Target(name="default", workflow_type="HandwrittenOrder", task_queue="default")
_TUNED = Target(name="tuned", workflow_type="HandwrittenOrder", task_queue="tuned")
_DEFAULT_BOUND = 1.3  # times the orders of the hand-written worker
_TUNED_BOUND = 1.0
_COUNT_BOUND = 1.0  # times the tasks and events of the hand-written worker
_IN_FLIGHT = 32
_ROUNDS, _ORDERS = 7, 80
_WARM_UP = 40
_QUICK_ORDERS = 3
_IDLE_SECONDS = 30


@dataclass
class Rounds:
    """What one worker did in each round."""

    rates: list[float] = field(default_factory=list)
    """Orders a second."""
    cpu: list[float] = field(default_factory=list)
    """CPU milliseconds of the worker for each order."""


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Let the workers complete orders in turns."""
    local = {"PYTHONPATH": with_local_activities(folder)}
    programs = {
        _GENERATED: Program(arguments=("benchmarks.runtime.generated_worker",)),
        _LOCAL: Program(arguments=("benchmarks.runtime.generated_worker",), environment=local),
        _DEFAULT: Program(arguments=("handwritten.worker", "default")),
        _TUNED: Program(arguments=("handwritten.worker", "tuned")),
    }
    server = await dev_server()
    async with server:
        with running(programs, server.client, folder) as processes:
            measured = await _take_turns(server.client, processes, quick=quick)
            alone = {target: await _alone(server.client, target) for target in (_GENERATED, _DEFAULT)}
    return _figures(measured, alone)


async def _take_turns(
    client: Client, processes: dict[Target, subprocess.Popen[bytes]], *, quick: bool
) -> dict[Target, Rounds]:
    count = _QUICK_ORDERS if quick else _ORDERS
    measured = {target: Rounds() for target in processes}
    for target in processes:
        await complete_orders(
            client, target, count=_QUICK_ORDERS if quick else _WARM_UP, in_flight=_IN_FLIGHT
        )
    for number in range(1 if quick else _ROUNDS):
        turns = list(processes)
        # Who comes first, and after whom, changes: a round has an edge over the next if something else runs.
        for target in turns[number % len(turns) :] + turns[: number % len(turns)]:
            used, began = cpu_seconds(processes[target]), time.perf_counter()
            await complete_orders(client, target, count=count, in_flight=_IN_FLIGHT)
            measured[target].rates.append(count / (time.perf_counter() - began))
            measured[target].cpu.append((cpu_seconds(processes[target]) - used) / count * 1000)
    return measured


async def _alone(client: Client, target: Target) -> WorkflowHistory:
    """The history of an order each of whose events finds the one before dealt with: the same every time."""
    order = Order(client, target)
    for payload in EVENTS:
        handle = await order.deliver(payload)
        if payload != "shipment_created":
            await _idle(handle)
    await handle.result()
    return await handle.fetch_history()


async def _idle(handle: Handle) -> None:
    """Wait until nothing of the order is left to do."""
    async with asyncio.timeout(_IDLE_SECONDS):
        while True:
            description = (await handle.describe()).raw_description
            tasks = description.HasField("pending_workflow_task")
            if not tasks and not description.pending_activities:
                return
            await asyncio.sleep(0.01)


def _figures(measured: dict[Target, Rounds], alone: dict[Target, WorkflowHistory]) -> list[Figure]:
    default, tuned = measured[_DEFAULT].rates, measured[_TUNED].rates
    found = []
    # The plain contract makes the calls of the hand-written workers: what it gains is shown, and not bound.
    for name, target, bounds in (
        ("orders", _GENERATED, (None, None)),
        ("orders_local", _LOCAL, (_DEFAULT_BOUND, _TUNED_BOUND)),
    ):
        ours = measured[target].rates
        for other, theirs, bound in (
            ("default", default, bounds[0]),
            ("tuned", tuned, bounds[1]),
        ):
            ratio = median_ratio(ours, theirs)
            figure = f"runtime.{name}.against_{other}"
            found.append(Figure(figure=figure, value=ratio, unit="x", bound=bound, at_least=True))
    found += [
        Figure(
            figure="runtime.tasks_per_order",
            value=_tasks(alone[_GENERATED]) / _tasks(alone[_DEFAULT]),
            unit="x",
            bound=_COUNT_BOUND,
        ),
        Figure(
            figure="runtime.events_per_order",
            value=len(alone[_GENERATED].events) / len(alone[_DEFAULT].events),
            unit="x",
            bound=_COUNT_BOUND,
        ),
        Figure(figure="runtime.tasks_per_order.generated", value=_tasks(alone[_GENERATED]), unit=""),
        Figure(figure="runtime.events_per_order.generated", value=len(alone[_GENERATED].events), unit=""),
    ]
    for target, rounds in measured.items():
        found += [
            Figure(figure=f"runtime.orders.{target.name}", value=_median(rounds.rates), unit="/s"),
            Figure(figure=f"runtime.worker_cpu.{target.name}", value=_median(rounds.cpu), unit="ms"),
        ]
    return found


def _tasks(history: WorkflowHistory) -> int:
    return sum(event.HasField("workflow_task_completed_event_attributes") for event in history.events)


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
