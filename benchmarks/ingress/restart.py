"""An ingress that is killed: how soon the next one delivers, and whether anything is applied twice."""

from __future__ import annotations

import asyncio
import time
from itertools import islice

from order_fulfillment.contract import OrderFulfillmentKey, workflow_id
from temporalio.client import Client

from benchmarks.harness import Figure
from benchmarks.ingress.completed import run_worker
from benchmarks.ingress.messages import STORY, events, orders
from benchmarks.ingress.programs import Ingress, Scene, closed, until, until_async
from process_runtime.workflow import ProcessStatus

_BOUND = 10.0  # s
_ORDERS, _QUICK_ORDERS = 200, 6
_GOOD_STORY = STORY[:3]


async def measure(scene: Scene, client: Client, *, quick: bool) -> list[Figure]:
    """Kill the ingress when it has delivered a part, start the next, and let the orders end."""
    queue = "restart"
    ingress = Ingress(scene, queue, queue)
    numbers = list(islice(orders(), _QUICK_ORDERS if quick else _ORDERS))
    half = len(numbers) // 2
    written = await asyncio.to_thread(ingress.topic.produce, events(numbers[:half], _GOOD_STORY))
    try:
        run_worker(scene, "benchmarks.runtime.generated_worker", queue, {})
        await ingress.start()

        async def is_under_way() -> bool:
            return await ingress.delivered() >= written // 2

        await until_async(is_under_way, ingress.process)
        ingress.process.kill()
        ingress.process.wait()
        await asyncio.to_thread(ingress.topic.produce, events(numbers[half:], _GOOD_STORY))
        began = time.perf_counter()
        ingress.launch()
        await until_async(ingress.delivered, ingress.process)
        first = time.perf_counter() - began
        await until(lambda: closed(scene, queue) >= len(numbers), ingress.process)
        caught_up = time.perf_counter() - began
        twice = closed(scene, queue) - len(numbers)
        for number in numbers:
            handle = client.get_workflow_handle(workflow_id(OrderFulfillmentKey("acme", number)))
            status: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
            twice += max(status.applied - len(_GOOD_STORY), 0)
    finally:
        scene.end()
    return [
        Figure(figure="ingress.restart.first_delivery", value=first, unit="s", bound=_BOUND),
        Figure(figure="ingress.restart.applied_twice", value=twice, unit="", bound=0),
        Figure(figure="ingress.restart.caught_up", value=caught_up, unit="s"),
    ]
