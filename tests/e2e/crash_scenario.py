"""Kills the worker in the middle of an order and starts it again; prints what came of it as JSON.

Run in a copy of the order example, with its import roots on PYTHONPATH.
"""

import asyncio
import json

from demo.story import ORDERS, Story, paid, placed, shipped  # type: ignore[import-not-found]
from demo.system import running  # type: ignore[import-not-found]

ORDER = ORDERS[0]


async def main() -> None:
    # The payment system has done its work at once and answers late: the worker dies in between.
    async with running(latency=4.0) as system, asyncio.timeout(90):
        story = Story(system)
        await story.post(placed(ORDER))
        await story.post(paid(ORDER))
        while not system.ledger.effects():  # noqa: ASYNC110 - it is written by another process
            await asyncio.sleep(0.02)
        system.worker.kill()
        code = await system.worker.wait()
        seen = [effect.name for effect in system.ledger.effects()]

        system.worker.environment = {**system.worker.environment, "ORDER_LATENCY_SECONDS": "0"}
        await system.worker.start()
        await story.reached(ORDER, "awaiting shipment")
        await story.post(shipped(ORDER))
        await story.ended(ORDER)
        outcome = {
            "worker_exit_code": code,
            "effects_when_killed": seen,
            "status": story.results[ORDER],
            "effects": [[effect.name, effect.attempts] for effect in system.ledger.effects()],
        }
    print(json.dumps(outcome))  # noqa: T201 - the scenario's output


asyncio.run(main())
