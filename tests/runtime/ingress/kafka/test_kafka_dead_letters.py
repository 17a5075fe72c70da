"""A topic as a stream of dead letters."""

from __future__ import annotations

from typing import Any

import pytest

from process_runtime.dead_letters import DeadLetterError
from process_runtime.dead_letters.kafka import KafkaDeadLetterOptions, KafkaDeadLetters
from tests.runtime.dead_letters.contract import DeadLetterContract, Open, letter, open_ids
from tests.runtime.ingress.kafka.conftest import MakeTopic
from tests.runtime.ingress.kafka.topics import Topic, messages_of

pytestmark = pytest.mark.xdist_group("kafka")


def stream_of(topic: Topic, **options: Any) -> KafkaDeadLetters:
    table = {"bootstrap_servers": topic.broker.address, "topic": topic.name, **options}
    return KafkaDeadLetters(KafkaDeadLetterOptions(**table))


class TestKafkaDeadLetters(DeadLetterContract):
    """A topic does what every kind does, whatever the number of its partitions."""

    @pytest.fixture
    def open_stream(self, make_topic: MakeTopic) -> Open:
        topic = make_topic(partitions=2, cleanup_policy="compact")
        return lambda: stream_of(topic)


async def test_a_letter_is_a_message_that_anybody_can_read(make_topic: MakeTopic) -> None:
    topic = make_topic(cleanup_policy="compact")
    written = letter(body=b"\x00\xff")
    async with stream_of(topic) as stream:
        await stream.write(written)
    [message] = messages_of(topic.broker, topic.name, 1)
    assert message.key() == written.id.encode()
    assert message.value() == b"\x00\xff"
    headers = dict(message.headers() or {})
    assert headers["dl-reason"] == b"undecodable"
    assert headers["dl-position"] == written.position.encode()
    assert headers["ce-id"] == b"1"


async def test_what_is_no_letter_is_skipped(make_topic: MakeTopic, caplog: pytest.LogCaptureFixture) -> None:
    topic = make_topic()
    topic.produce(b"what is this", key="odd", headers={})
    topic.produce(b"and this", key="odder", headers={b"\xff": b"1"})  # type: ignore[dict-item]
    topic.flush()
    async with stream_of(topic) as stream:
        await stream.write(letter())
        assert await open_ids(stream) == [letter().id]
    assert f"{topic.name}/0@0 is skipped, being no dead letter" in caplog.text


async def test_a_topic_that_is_not_there_is_told(make_topic: MakeTopic) -> None:
    topic = make_topic()
    topic.name = "nowhere"
    async with stream_of(topic) as stream:
        with pytest.raises(DeadLetterError, match="Kafka has no such topic"):
            await open_ids(stream)
