"""Messages a second from a backlog to Temporal. No worker runs: what they find here, they share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from example.processes.order.v1.order_fulfillment_process_pb2 import OrderFulfillmentEvent
from temporalio.client import Client

from benchmarks.harness import Figure, median_ratio
from benchmarks.ingress.consumers.orders import signal_order
from benchmarks.ingress.messages import STORY, events, orders
from benchmarks.ingress.programs import Consumer, Ingress, Scene, until_delivered, until_shown

_NAIVE_BOUND, _TUNED_BOUND, _SINGLE_BOUND, _FLOOD_BOUND = 9.0, 2.2, 1.0, 1.0
_ROUNDS = 5
_MESSAGES, _NAIVE_MESSAGES = 2000, 200
_WARM_UP, _QUICK_MESSAGES = 40, 8
_FLOOD_AT_ONCE = 64
_QUEUE = "nobody"


@dataclass
class Turns:
    """Messages a second, by round."""

    naive: list[float] = field(default_factory=list)
    flood: list[float] = field(default_factory=list)
    tuned: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    tuned_single: list[float] = field(default_factory=list)
    ours_single: list[float] = field(default_factory=list)


async def measure(scene: Scene, client: Client, *, quick: bool) -> list[Figure]:
    """Let everybody work on a backlog of their own in turns."""
    naive = Consumer(scene, "benchmarks.ingress.consumers.naive", "backlog-naive", _QUEUE)
    tuned = Consumer(scene, "benchmarks.ingress.consumers.tuned", "backlog-tuned", _QUEUE)
    ours = Ingress(scene, "backlog-ours", _QUEUE)
    programs = (naive, tuned, ours)
    numbers, turns = orders(), Turns()
    many, few = (_QUICK_MESSAGES, _QUICK_MESSAGES) if quick else (_MESSAGES, _NAIVE_MESSAGES)

    started = 0

    def of(count: int, story: Sequence[str] = STORY) -> list[OrderFulfillmentEvent]:
        nonlocal started
        started += count // len(story)
        return list(events(islice(numbers, count // len(story)), story))

    async def rate(program: Consumer | Ingress, made: Sequence[OrderFulfillmentEvent]) -> float:
        measured = await _rate(program, made)
        await until_shown(client, "", started)
        return measured

    try:
        await asyncio.gather(*(program.start() for program in programs))
        for program in () if quick else programs:
            await rate(program, of(_WARM_UP))
        for _ in range(1 if quick else _ROUNDS):
            turns.naive.append(await rate(naive, of(few)))
            turns.flood.append(await _flood(client, of(many // 2)))
            await until_shown(client, "", started)
            turns.tuned.append(await rate(tuned, of(many)))
            turns.ours.append(await rate(ours, of(many)))
            turns.tuned_single.append(await rate(tuned, of(many // 2, STORY[:1])))
            turns.ours_single.append(await rate(ours, of(many // 2, STORY[:1])))
    finally:
        scene.end()
    return _figures(turns)


async def _rate(program: Consumer | Ingress, made: Sequence[OrderFulfillmentEvent]) -> float:
    """Messages a second, from when the broker has all of them."""
    before = await program.delivered()
    written = await asyncio.to_thread(program.topic.produce, made)
    began = time.perf_counter()
    await until_delivered(program, before + written)
    return written / (time.perf_counter() - began)


async def _flood(client: Client, made: Sequence[OrderFulfillmentEvent]) -> float:
    """Calls a second with one event each, as many as Temporal takes, in no order."""
    remaining = iter(made)

    async def caller() -> None:
        for each in remaining:
            await signal_order(client, each, _QUEUE)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as callers:
        for _ in range(_FLOOD_AT_ONCE):
            callers.create_task(caller())
    return len(made) / (time.perf_counter() - began)


def _figures(turns: Turns) -> list[Figure]:
    def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], bound: float) -> Figure:
        return Figure(
            figure=f"ingress.messages.{name}",
            value=median_ratio(ours, theirs),
            unit="x",
            bound=bound,
            at_least=True,
        )

    return [
        ratio("against_naive", turns.ours, turns.naive, _NAIVE_BOUND),
        ratio("against_tuned", turns.ours, turns.tuned, _TUNED_BOUND),
        ratio("single.against_tuned", turns.ours_single, turns.tuned_single, _SINGLE_BOUND),
        ratio("against_flood", turns.ours, turns.flood, _FLOOD_BOUND),
        *(
            Figure(figure=f"ingress.messages.{name}", value=sorted(rates)[len(rates) // 2], unit="/s")
            for name, rates in vars(turns).items()
        ),
    ]
