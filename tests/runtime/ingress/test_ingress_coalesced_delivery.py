"""Events that share a call, on a real Temporal: what reaches the process, and what becomes of each event."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from process_runtime import coalesced
from process_runtime.converter import data_converter
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import EventResult, RoutedEvent, Transient
from process_runtime.ingress.pipeline import Pipeline, PipelineLimits
from process_runtime.metrics import Metrics
from process_runtime.payloads.settings import PayloadSettings
from tests.runtime.ingress.dev_server import DevServer
from tests.runtime.ingress.parcels import ParcelRouter, ReceiptRouter, event, workflow_id
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer, message


class Line:
    """A pipeline to a real Temporal."""

    def __init__(self, client: Client, deliverer_type: type[Deliverer] = Deliverer) -> None:
        self.rig = Rig(ScriptedDeliverer(), MemoryDeadLetters())
        self.letters = self.rig.dead_letters
        self.metrics = Metrics()
        self.pipeline = Pipeline(
            routers=[ParcelRouter(), ReceiptRouter()],
            deliverer=deliverer_type(
                lambda: client, task_queue="", timeout=timedelta(seconds=60), metrics=self.metrics
            ),
            dead_letters=self.letters,
            limits=PipelineLimits(
                max_in_flight=1_000,
                max_event_bytes=1_000_000,
                no_process_wait=timedelta(0),
            ),
            metrics=self.metrics,
            condition=self.rig.condition,
            stopping=self.rig.stopping,
        )

    async def take(self, *events: Message) -> list[bool]:
        """Take events in one go, as an adapter takes a poll; binary, with the type named."""
        futures = [await self.pipeline.take(binary(found)) for found in events]
        return list(await asyncio.gather(*futures))

    def calls(self, call: str, process: str = "parcel") -> float:
        labels = {"process": process, "call": call}
        return self.metrics.registry.get_sample_value("process_temporal_calls_total", labels) or 0

    def outcomes(self, outcome: str, process: str = "parcel") -> float:
        labels = {"process": process, "subscription": "parcels", "outcome": outcome}
        return self.metrics.registry.get_sample_value("process_ingress_events_total", labels) or 0


def binary(found: Message) -> Any:
    content_type = f'application/protobuf; messageType="{found.DESCRIPTOR.full_name}"'
    return message(found, body=found.SerializeToString(), content_type=content_type)


def keys(count: int) -> list[str]:
    return [f"k{uuid.uuid4().hex[:12]}" for _ in range(count)]


async def signals_of(handle: WorkflowHandle[Any, Any]) -> list[tuple[str, int]]:
    """Name and number of arguments of each signal in a history."""
    signals = [
        found.workflow_execution_signaled_event_attributes
        for found in (await handle.fetch_history()).events
        if found.HasField("workflow_execution_signaled_event_attributes")
    ]
    return [(signal.signal_name, len(signal.input.payloads)) for signal in signals]


async def received(client: Client, key: str) -> list[str]:
    found: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
    return found


@pytest.fixture
async def line(client: Client, worker: Worker) -> Line:
    return Line(client)


async def test_events_of_one_type_are_one_signal_under_its_name(line: Line, client: Client) -> None:
    (key,) = keys(1)
    assert all(await line.take(*[event("posted", key, number) for number in range(5)]))
    assert await signals_of(client.get_workflow_handle(workflow_id(key))) == [("parcels.Posted.v1", 5)]
    assert await received(client, key) == [f"parcels.Posted.v1 {key}-{number}" for number in range(5)]
    assert (line.calls("signal_with_start"), line.outcomes("delivered")) == (1, 5)


async def test_events_of_several_types_are_one_signal_with_their_types(line: Line, client: Client) -> None:
    (key,) = keys(1)
    cases = ["posted", "posted", "delivered"]
    assert all(await line.take(*[event(case, key, number) for number, case in enumerate(cases)]))
    handle = client.get_workflow_handle(workflow_id(key))
    assert await signals_of(handle) == [(coalesced.SIGNAL, 4)]
    assert await handle.result() == [
        f"parcels.Posted.v1 {key}-0",
        f"parcels.Posted.v1 {key}-1",
        f"parcels.Delivered.v1 {key}-2",
    ]


async def test_a_backlog_of_many_keys_keeps_the_order_of_each_in_far_fewer_calls(
    line: Line, client: Client
) -> None:
    names = keys(10)
    backlog = [event("posted", name, number) for number in range(20) for name in names]
    assert all(await line.take(*backlog))
    for name in names:
        assert await received(client, name) == [f"parcels.Posted.v1 {name}-{number}" for number in range(20)]
    assert line.calls("signal_with_start") == 10


async def test_what_may_not_start_goes_in_calls_of_its_own_and_keeps_its_place(
    line: Line, client: Client
) -> None:
    (key,) = keys(1)
    cases = ["posted", "scanned", "scanned", "weigh", "posted", "posted"]
    assert all(await line.take(*[event(case, key, number) for number, case in enumerate(cases)]))
    calls = ("signal_with_start", "signal", "update_with_start")
    assert [line.calls(call) for call in calls] == [2, 1, 1]
    numbers = [int(text.rpartition("-")[2]) for text in await received(client, key)]
    assert numbers == [0, 1, 2, 4, 5]


async def test_only_the_event_that_is_too_large_is_rejected(temporal: DevServer, worker: Worker) -> None:
    plain = await temporal.connect()
    settings = PayloadSettings(payload_max_bytes=20_000)
    config = plain.config() | {"data_converter": data_converter(settings)}
    line = Line(Client(**config))
    (key,) = keys(1)
    large = event("posted", key, "y" * 30_000)
    assert all(await line.take(event("posted", key, 1), large, event("posted", key, 2)))
    assert line.letters is not None
    assert [letter.reason for letter in line.letters.letters] == ["too_large"]
    assert await received(plain, key) == [f"parcels.Posted.v1 {key}-{number}" for number in (1, 2)]


async def test_none_is_rejected_when_only_all_together_are_too_large(
    temporal: DevServer, worker: Worker
) -> None:
    plain = await temporal.connect()
    settings = PayloadSettings(payload_max_bytes=20_000)
    line = Line(Client(**(plain.config() | {"data_converter": data_converter(settings)})))
    (key,) = keys(1)
    events = [event("posted", key, f"{number}" + "y" * 8_000) for number in range(4)]
    assert all(await line.take(*events))
    assert line.letters is not None
    assert line.letters.letters == []
    assert len(await received(plain, key)) == 4


async def test_events_for_a_closed_process_are_late_each(line: Line, client: Client) -> None:
    (key,) = keys(1)
    assert all(await line.take(event("delivered", key, 0)))
    await client.get_workflow_handle(workflow_id(key)).result()
    assert all(await line.take(*[event("posted", key, number) for number in (1, 2)]))
    assert line.outcomes("late") == 2
    assert line.letters is not None
    assert [letter.reason for letter in line.letters.letters] == ["late", "late"]


async def test_a_transaction_is_started_once_by_each_idempotency_key(line: Line, client: Client) -> None:
    first, second = keys(2)
    events = [event("issued", key, 1, cents=cents) for key, cents in ((first, 5), (second, 7), (first, 5))]
    assert all(await line.take(*events))
    assert (line.outcomes("delivered", "receipt"), line.outcomes("duplicate", "receipt")) == (2, 1)
    ids = [f"proc/receipt/{key}-1" for key in (first, second)]
    assert [await client.get_workflow_handle(found).result() for found in ids] == [5, 7]


class Forgetful(Deliverer):
    """Loses the answer to its first two calls."""

    forgotten = 0

    async def deliver_together(self, events: Sequence[RoutedEvent]) -> Sequence[EventResult]:
        results = await super().deliver_together(events)
        if self.forgotten < 2:
            self.forgotten += 1
            raise Transient("Temporal did not answer in time")
        return results


async def test_a_call_whose_answer_is_lost_is_made_again_in_the_same_order(
    client: Client,
    worker: Worker,
) -> None:
    (key,) = keys(1)
    line = Line(client, deliverer_type=Forgetful)
    assert all(await line.take(*[event("posted", key, number) for number in range(4)]))
    numbers = [int(text.rpartition("-")[2]) for text in await received(client, key)]
    assert numbers == [0, 1, 2, 3] * 3
