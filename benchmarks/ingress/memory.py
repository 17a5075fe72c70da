"""Memory of the ingress while a backlog of a million messages waits behind it."""

from __future__ import annotations

import asyncio
from itertools import islice

from benchmarks.harness import Figure
from benchmarks.ingress.messages import STORY, events, orders
from benchmarks.ingress.programs import Ingress, Scene, until_async
from benchmarks.runtime.workers import memory

_BOUND, _GROWTH_BOUND = 200.0, 1.1  # MB; the later half over the earlier one
_MESSAGES, _SAMPLES = 1_000_000, 30
_QUICK_MESSAGES, _QUICK_SAMPLES = 2_000, 2
_SETTLED_SECONDS = 5


async def measure(scene: Scene, *, quick: bool) -> list[Figure]:
    """Let the ingress work on the backlog for half a minute; it need not come to its end."""
    count, samples = (_QUICK_MESSAGES, _QUICK_SAMPLES) if quick else (_MESSAGES, _SAMPLES)
    ingress = Ingress(scene, "memory", "nobody")
    made = events(islice(orders(), count // len(STORY)), STORY)
    written = await asyncio.to_thread(ingress.topic.produce, made)
    try:
        await ingress.start()
        await until_async(ingress.delivered, ingress.process)
        await asyncio.sleep(0 if quick else _SETTLED_SECONDS)
        sizes = []
        for _ in range(samples):
            sizes.append(memory(ingress.process))
            await asyncio.sleep(0.1 if quick else 1)
        delivered = await ingress.delivered()
    finally:
        scene.end()
    half = len(sizes) // 2
    return [
        Figure(figure="ingress.memory.peak", value=max(sizes), unit="MB", bound=_BOUND),
        Figure(
            figure="ingress.memory.growth",
            value=max(sizes[half:]) / max(sizes[:half]),
            unit="x",
            bound=_GROWTH_BOUND,
        ),
        Figure(figure="ingress.memory.backlog", value=written, unit=""),
        Figure(figure="ingress.memory.delivered_meanwhile", value=delivered, unit=""),
    ]
