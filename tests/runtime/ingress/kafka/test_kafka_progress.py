"""A partition whose messages stop coming is read again; one that runs far ahead of its place is held back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.ingress import settle
from process_runtime.ingress.adapters.kafka import (
    KafkaAdapter,
    KafkaAdapterOptions,
    partition,
    source,
    stall,
)
from process_runtime.ingress.events import Outcome
from tests.runtime.ingress.kafka.conftest import MakeTopic
from tests.runtime.ingress.kafka.topics import KAFKA, applied
from tests.runtime.ingress.rig import StartIngress, eventually
from tests.runtime.ingress.scripted import Rig, ScriptedDeliverer, context_of

pytestmark = pytest.mark.xdist_group("kafka")


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> list[Consumer]:
    """The consumers of the ingress, to be tampered with."""
    made: list[Consumer] = []

    def make(config: dict[str, Any]) -> Consumer:
        made.append(Consumer(config))
        return made[-1]

    monkeypatch.setattr(source, "Consumer", make)
    return made


async def test_a_partition_that_gives_nothing_is_told_of_and_read_again(  # noqa: PLR0917
    client: Client,
    worker: Worker,
    make_topic: MakeTopic,
    start_ingress: StartIngress,
    consumers: list[Consumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stall, "PATIENCE_SECONDS", 2.0)
    topic = make_topic(partitions=2)
    topic.post("a", range(3), partition=0)
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=topic.bindings()) as ingress:
        await ingress.counted("delivered", at_least=3)
        condition = ingress.service.health.condition("SubscriptionReady/parcels")
        told: list[str] = []
        not_ready = condition.not_ready

        def note(reason: str, message: str) -> None:
            told.append(reason)
            not_ready(reason, message)

        monkeypatch.setattr(condition, "not_ready", note)
        consumers[0].pause([TopicPartition(topic.name, 0)])
        topic.post("a", range(3, 6), partition=0)
        topic.post("b", range(2), partition=1)
        await ingress.counted("delivered", at_least=8)
        assert "Stalled" in told
        await eventually(lambda: condition.is_ready)
        await eventually(lambda: topic.committed() == {0: 6, 1: 2})
    assert await applied(client, topic.key("a")) == [str(number) for number in range(6)]


async def test_no_more_is_taken_beyond_a_message_that_waits_than_a_process_remembers(
    make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "MOST_BEYOND", 20)
    topic = make_topic(partitions=2)
    topic.post("late", [0], partition=0)
    for number in range(50):
        topic.post(f"k{number}", [0], partition=0)
    let_go = asyncio.Event()
    late = f"{topic.key('late')}-0"
    rig = Rig(ScriptedDeliverer(lambda key, _: let_go if key == late else Outcome.DELIVERED))
    adapter = KafkaAdapter(
        KafkaAdapterOptions(
            bootstrap_servers=[topic.broker.address], topics=[topic.name], group_id=topic.group, batch_size=2
        )
    )
    run = asyncio.create_task(adapter.run(context_of(rig)))
    await eventually(lambda: rig.count("delivered") >= 20 - 1)
    topic.post("elsewhere", range(5), partition=1)
    await eventually(lambda: topic.committed() == {1: 5})
    assert rig.count("delivered") - 5 < 30
    let_go.set()
    await eventually(lambda: topic.committed() == {0: 51, 1: 5})
    assert len(rig.deliverer.attempts) == 56
    rig.stopping.set()
    await run


def test_messages_that_wait_behind_those_of_others_are_no_stall() -> None:
    held = partition.Partition("parcels", 0)
    watch = stall.StallWatch()
    lags = {held: 7}
    assert watch.look(0, lags, empty_polls=1) == []
    assert watch.look(29, lags, empty_polls=2) == []
    assert watch.look(31, lags, empty_polls=3) == [held]
    assert watch.look(32, lags, empty_polls=4) == []
    # From here on the consumer has always had something to give: nothing can be said.
    assert watch.look(90, lags, empty_polls=4) == []
    assert watch.look(91, lags, empty_polls=5) == []


def test_what_is_on_its_way_or_held_back_is_no_stall() -> None:
    busy, held_back = partition.Partition("parcels", 0), partition.Partition("parcels", 1)
    ticket = busy.take(5)
    held_back.held_back = True
    watch = stall.StallWatch()
    lags = {busy: 7, held_back: 7}
    for look in range(5):
        assert watch.look(look * 20.0, lags, empty_polls=look + 1) == []
    busy.done(ticket, settled=True)
    assert watch.look(100, lags, empty_polls=8) == []
    assert watch.look(131, lags, empty_polls=9) == [busy]


def test_at_the_end_of_a_partition_nothing_waits_though_its_last_offsets_hold_no_message() -> None:
    read = partition.Partition("parcels", 0)
    ticket = read.take(5)
    read.end = 8
    assert read.place == 5
    read.done(ticket, settled=True)
    assert (read.settled, read.place) == (6, 8)
