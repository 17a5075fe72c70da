"""Orders completed a second, from a backlog in Kafka to the last fact."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from temporalio.client import Client

from benchmarks.example import with_local_activities
from benchmarks.harness import Figure, median_ratio
from benchmarks.ingress.messages import STORY, events, orders
from benchmarks.ingress.programs import Consumer, Ingress, Scene, closed, outcomes, until, until_shown

_NAIVE_BOUND, _DEFAULT_BOUND, _LEVERS_BOUND, _ONE_PROCESS_BOUND = 4.0, 1.4, 2.0, 3.0
_ROUNDS = 5
_ORDERS, _NAIVE_ORDERS = 150, 60
_QUICK_ORDERS = 3
_GOOD_STORY = STORY[:3]


@dataclass
class Side:
    """An ingress, the worker that it feeds, and the orders a second that both completed by round."""

    ingress: Consumer | Ingress
    worker: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)


async def measure(scene: Scene, *, quick: bool) -> list[Figure]:
    """Let each side complete orders in turns."""
    levers = {
        "PYTHONPATH": with_local_activities(scene.folder),
        "LOCAL_FACTS": "true",
        "PAYLOAD_ENCODING": "binary",
        "EVENT_LOOP": "uvloop",
    }
    consumers, worker = "benchmarks.ingress.consumers", "benchmarks.runtime.generated_worker"
    sides = {
        "naive": Side(
            Consumer(scene, f"{consumers}.naive", "orders-naive", "orders-naive"),
            "handwritten.worker default",
        ),
        "tuned": Side(
            Consumer(scene, f"{consumers}.tuned", "orders-tuned", "orders-tuned"),
            "handwritten.worker tuned",
        ),
        "ours": Side(Ingress(scene, "orders-ours", "orders-ours"), worker),
        "levers": Side(Ingress(scene, "orders-levers", "orders-levers", environment=levers), worker, levers),
        "one_process": Side(
            Ingress(
                scene,
                "orders-one-process",
                "orders-one-process",
                module="benchmarks.ingress.one_process",
                environment=levers,
            )
        ),
    }
    await take_turns(scene, sides, rounds=1 if quick else _ROUNDS, quick=quick)
    return _figures(sides)


async def take_turns(scene: Scene, sides: Mapping[str, Side], *, rounds: int, quick: bool) -> None:
    """Start all sides, and let each complete orders in turns, after some that are not measured."""
    numbers = orders()
    client = await Client.connect(scene.temporal)

    async def rate(side: Side, count: int) -> float:
        before = closed(scene, side.ingress.queue)
        made = list(events(islice(numbers, count), _GOOD_STORY))
        began = time.perf_counter()
        await asyncio.to_thread(side.ingress.topic.produce, made)
        await until(lambda: closed(scene, side.ingress.queue) >= before + count, *side.processes)
        measured = count / (time.perf_counter() - began)
        await until_shown(client, f"TaskQueue = '{side.ingress.queue}' AND ExecutionStatus = 'Running'", 0)
        return measured

    try:
        for side in sides.values():
            if side.worker:
                worker = run_worker(scene, side.worker, side.ingress.queue, side.environment)
                side.processes.append(worker)
        await asyncio.gather(*(side.ingress.start() for side in sides.values()))
        for side in sides.values():
            side.processes.append(side.ingress.process)
            if not quick:
                await rate(side, _NAIVE_ORDERS)
        for _ in range(rounds):
            for name, side in sides.items():
                count = _QUICK_ORDERS if quick else _NAIVE_ORDERS if name == "naive" else _ORDERS
                side.rates.append(await rate(side, count))
    finally:
        scene.end()


def run_worker(scene: Scene, module: str, queue: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Run a worker whose facts go to the file of its queue."""
    bindings = scene.folder / f"{queue}.publish.json"
    file = str(outcomes(scene, queue))
    bindings.write_text(f'{{"order-outcomes": {{"path": "{file}"}}}}')
    settings = {"TEMPORAL_TASK_QUEUE": queue, "ORDER_OUTCOMES": file, "PUBLISH_BINDINGS_FILE": str(bindings)}
    return scene.run(module, **settings, **environment)


def _figures(sides: dict[str, Side]) -> list[Figure]:
    def ratio(name: str, ours: str, theirs: str, bound: float) -> Figure:
        return Figure(
            figure=f"ingress.{name}",
            value=median_ratio(sides[ours].rates, sides[theirs].rates),
            unit="x",
            bound=bound,
            at_least=True,
        )

    return [
        ratio("orders.against_naive", "ours", "naive", _NAIVE_BOUND),
        ratio("orders.against_tuned", "ours", "tuned", _DEFAULT_BOUND),
        ratio("orders_levers.against_tuned", "levers", "tuned", _LEVERS_BOUND),
        ratio("orders_one_process.against_tuned", "one_process", "tuned", _ONE_PROCESS_BOUND),
        *(
            Figure(figure=f"ingress.orders.{name}", value=statistics.median(side.rates), unit="/s")
            for name, side in sides.items()
        ),
    ]
