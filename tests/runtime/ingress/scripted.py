"""The pipeline with Temporal and the dead-letter stream played by scripts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from google.protobuf import json_format
from starlette.applications import Starlette

from process_runtime.dead_letters import DeadLetter, DeadLetterError
from process_runtime.health import Condition
from process_runtime.ingress import Subscription
from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.events import EventResult, Outcome, RawMessage, RoutedEvent
from process_runtime.ingress.pipeline import Patience, Pipeline, PipelineLimits
from process_runtime.metrics import Metrics
from tests.runtime.ingress.parcels import ParcelRouter

PATIENCE = Patience(delivery=timedelta(0), reply=timedelta(0))


class ScriptedDeliverer:
    """Plays Temporal: `script` gives an outcome, or an exception to raise, for each attempt of an event.

    A call with several events ends as the first of them does that is not delivered.
    """

    is_away = False

    def __init__(self, script: Callable[[str, int], Any] = lambda _key, _attempt: Outcome.DELIVERED) -> None:
        self.script = script
        self.calls: list[list[str]] = []
        """Idempotency keys, call by call."""

    @property
    def attempts(self) -> list[str]:
        return [key for call in self.calls for key in call]

    async def deliver(
        self,
        event: RoutedEvent,
        *,
        reply_wait: timedelta | None = None,
        accepted: Callable[[], None] = lambda: None,
    ) -> EventResult:
        (result,) = await self.deliver_together([event])
        return result

    async def deliver_together(self, events: Sequence[RoutedEvent]) -> list[EventResult]:
        keys = [event.meta.idempotency_key for event in events]
        self.calls.append(keys)
        await asyncio.sleep(0)
        results = []
        for key, event in zip(keys, events, strict=True):
            answer = self.script(key, self.attempts.count(key))
            if isinstance(answer, asyncio.Event):
                await answer.wait()
                answer = Outcome.DELIVERED
            if isinstance(answer, BaseException):
                raise answer
            results.append(
                EventResult(outcome=answer, workflow_id=event.workflow_id, event_type=event.meta.event_type)
            )
        return results


class MemoryDeadLetters:
    def __init__(self, failures: int = 0) -> None:
        self.letters: list[DeadLetter] = []
        self.failures = failures

    async def write(self, letter: DeadLetter) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise DeadLetterError("disk full")
        self.letters.append(letter)


class Rig:
    def __init__(
        self,
        deliverer: ScriptedDeliverer,
        dead_letters: MemoryDeadLetters | None = None,
        *,
        in_flight: int = 100,
        no_process_wait: timedelta = timedelta(0),
        together: int = 32,
        max_event_bytes: int = 10_000,
        max_in_flight_bytes: int = 16_000_000,
        **parts: Any,
    ) -> None:
        self.deliverer = deliverer
        self.dead_letters = dead_letters
        self.metrics = Metrics()
        self.condition = Condition("SubscriptionReady/parcels")
        self.condition.ready()
        self.stopping = asyncio.Event()
        self.pipeline = Pipeline(
            routers=[ParcelRouter()],
            deliverer=deliverer,  # type: ignore[arg-type]
            dead_letters=dead_letters,
            limits=PipelineLimits(
                max_in_flight=in_flight,
                max_event_bytes=max_event_bytes,
                max_in_flight_bytes=max_in_flight_bytes,
                no_process_wait=no_process_wait,
                coalesce_max_events=together,
            ),
            metrics=self.metrics,
            condition=self.condition,
            stopping=self.stopping,
            **parts,
        )

    def count(self, outcome: str, process: str = "parcel") -> float:
        labels = {"process": process, "subscription": "parcels", "outcome": outcome}
        return self.metrics.registry.get_sample_value("process_ingress_events_total", labels) or 0


def context_of(rig: Rig, adapter: str = "kafka") -> AdapterContext:
    """What an adapter is given to feed `rig`."""
    return AdapterContext(
        subscription=Subscription("parcels", adapter, "parcels"),
        pipeline=rig.pipeline,
        condition=rig.condition,
        metrics=rig.metrics,
        app=Starlette(),
        stopping=rig.stopping,
    )


def message(*envelopes: Any, body: bytes | None = None, content_type: str = "application/json") -> RawMessage:
    trees = [json_format.MessageToDict(envelope) for envelope in envelopes]
    if len(trees) > 1:
        content_type = "application/cloudevents-batch+json"
        attributes = {"specversion": "1.0", "source": "/", "type": "parcels.Posted.v1"}
        body = json.dumps(
            [{**attributes, "id": str(i), "data": tree} for i, tree in enumerate(trees)]
        ).encode()
    return RawMessage(
        subscription="parcels",
        adapter="test",
        position="42",
        body=json.dumps(trees[0]).encode() if body is None else body,
        content_type=content_type,
    )
