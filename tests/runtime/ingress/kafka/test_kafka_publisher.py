"""Facts to a topic: once each, whatever happens to the broker."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from process_runtime import cloudevents
from process_runtime.publishers import Fact, PublishError
from process_runtime.publishers.kafka import KafkaPublisher, KafkaPublisherOptions
from process_runtime.testing.servers import KafkaBroker
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.test_publishers import ATTRIBUTES
from tests.runtime.ingress.kafka.topics import Topic, headers_of, messages_of

pytestmark = pytest.mark.xdist_group("kafka")


def publisher(topic: Topic, **options: Any) -> KafkaPublisher:
    table = {"bootstrap_servers": topic.broker.address, "topic": topic.name, **options}
    return KafkaPublisher(KafkaPublisherOptions(**table))


def fact(number: int) -> Fact:
    attributes = ATTRIBUTES | {"id": str(number), "partitionkey": "acme/Straße 1"}
    return Fact(attributes=attributes, message=pb.ParcelMoved(place=f"Bremen {number}"))


@pytest.mark.requirement("R039")
async def test_a_fact_is_a_cloudevent_in_binary_mode_under_its_partition_key(topic: Topic) -> None:
    async with publisher(topic) as published:
        await asyncio.gather(*(published.publish(fact(number)) for number in range(50)))
    messages = messages_of(topic.broker, topic.name, 50)
    assert {message.key() for message in messages} == {"acme/Straße 1".encode()}
    headers = headers_of(messages[7])
    event = cloudevents.read_binary(headers, messages[7].value() or b"")
    assert {name: event.get_attributes()[name] for name in ("id", "type", "subject")} == {
        "id": "7",
        "type": ATTRIBUTES["type"],
        "subject": ATTRIBUTES["subject"],
    }
    assert headers["traceparent"] == ATTRIBUTES["traceparent"]
    assert pb.ParcelMoved.FromString(messages[7].value() or b"") == fact(7).message


async def test_what_waits_for_a_broker_is_there_once_when_it_comes_back(
    mortal_broker: KafkaBroker, tmp_path: Path
) -> None:
    topic = Topic(mortal_broker, tmp_path)
    async with publisher(topic, timeout="25s") as published:
        await published.publish(fact(0))
        await asyncio.to_thread(mortal_broker.pause)
        waiting = [asyncio.create_task(published.publish(fact(number))) for number in range(1, 20)]
        # It is sent, and nobody confirms it.
        await asyncio.sleep(1)
        assert not any(task.done() for task in waiting)
        await asyncio.to_thread(mortal_broker.resume)
        await asyncio.gather(*waiting)
    # One more than there should be would come before this one.
    topic.produce(b"the end", headers={"ce_id": "end"})
    topic.flush()
    messages = messages_of(topic.broker, topic.name, 21)
    ids = [headers_of(message)["ce_id"] for message in messages]
    assert ids == [*map(str, range(20)), "end"]


async def test_an_attempt_fails_while_the_broker_is_away_and_the_next_succeeds(
    mortal_broker: KafkaBroker, tmp_path: Path
) -> None:
    topic = Topic(mortal_broker, tmp_path)
    async with publisher(topic, timeout="1s") as published:
        await asyncio.to_thread(mortal_broker.pause)
        with pytest.raises(PublishError, match="Kafka has not confirmed the message in time"):
            await published.publish(fact(0))
        await asyncio.to_thread(mortal_broker.resume)
        async with asyncio.timeout(60):
            while True:
                try:
                    await published.publish(fact(0))
                except PublishError:
                    continue
                break
    [message, *_] = messages_of(topic.broker, topic.name, 1)
    assert headers_of(message)["ce_id"] == "0"


async def test_a_topic_that_is_not_there_is_told(topic: Topic) -> None:
    topic.name = "nowhere"
    async with publisher(topic, config={"topic.metadata.propagation.max.ms": 100}) as published:
        with pytest.raises(PublishError, match="Kafka has no such topic"):
            await published.publish(fact(0))


async def test_credentials_that_are_refused_are_told_and_read_again(topic: Topic, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("wrong")
    async with publisher(
        topic,
        bootstrap_servers=topic.broker.sasl_address,
        sasl_mechanism="PLAIN",
        user=topic.broker.SASL_USERNAME,
        password_file=password,
    ) as published:
        with pytest.raises(PublishError, match="Kafka refuses these credentials"):
            await published.publish(fact(0))
        password.write_text(topic.broker.SASL_PASSWORD)
        await published.publish(fact(0))
