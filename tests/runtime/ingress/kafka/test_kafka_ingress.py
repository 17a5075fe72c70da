"""Events from a topic: decoded, in order for each key, settled and committed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime import cloudevents, kafka_connection
from process_runtime.dead_letters.kafka import KafkaDeadLetterOptions
from process_runtime.ingress.adapters.kafka import KafkaAdapterOptions, monitor
from process_runtime.ingress.bindings import SUBSCRIPTIONS
from process_runtime.publishers.kafka import KafkaPublisherOptions
from process_runtime.service import ServiceError
from tests.runtime.ingress.kafka.conftest import MakeTopic
from tests.runtime.ingress.kafka.topics import KAFKA, PROTOBUF, Topic, applied
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import RunningIngress, StartIngress, eventually

pytestmark = pytest.mark.xdist_group("kafka")


async def reason(ingress: RunningIngress, wanted: str) -> str:
    """Wait until the subscription says `wanted`, and return what it says to people."""
    condition = ingress.service.health.condition("SubscriptionReady/parcels")
    await eventually(lambda: condition.as_dict()["reason"] == wanted)
    assert not condition.is_ready
    return condition.as_dict()["message"]


@pytest.mark.requirement("R049", "R050", "R120")
async def test_events_of_each_key_arrive_in_order_and_the_group_moves_past_them(
    client: Client, worker: Worker, make_topic: MakeTopic, start_ingress: StartIngress
) -> None:
    topic = make_topic(partitions=3)
    names = [f"k{number}" for number in range(12)]
    for name in names:
        topic.post(name, range(8))
        topic.post(name, range(4, 8))  # once more
    count = 12 * 12
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=topic.bindings()) as ingress:
        await ingress.ready()
        await ingress.counted("delivered", at_least=count)
        for name in names:
            assert await applied(client, topic.key(name)) == [str(number) for number in range(8)]
        await eventually(lambda: sum(topic.committed().values()) == count)
        labels = {"subscription": "parcels", "topic": topic.name, "partition": "0"}
        await eventually(
            lambda: (
                ingress.service.metrics.registry.get_sample_value("process_ingress_partition_lag", labels)
                == 0
            )
        )
        await ingress.stop()
    assert sum(topic.committed().values()) == count


def a_cloud_event(key: str, number: int) -> cloudevents.EventMessage:
    attributes = {
        "id": f"{key}-{number}",
        "source": "/tests",
        "type": "parcels.Posted.v1",
        "time": "2026-02-03T04:05:06Z",
    }
    return cloudevents.write_binary(attributes, event("posted", key, number), binding="kafka")


async def test_a_message_may_be_a_cloudevent_or_an_envelope_and_say_so_or_not(
    client: Client, worker: Worker, topic: Topic, start_ingress: StartIngress
) -> None:
    key = topic.key("a")
    envelopes = [event("posted", key, number) for number in range(5)]
    topic.produce(envelopes[0].SerializeToString(), headers=PROTOBUF)
    topic.produce(
        json_format.MessageToJson(envelopes[1]).encode(), headers={"Content-Type": "application/json"}
    )
    binary = a_cloud_event(key, 2)
    topic.produce(binary.body, headers=binary.headers | {"odd": b"\xff"})
    structured = {
        "specversion": "1.0",
        "id": "3",
        "source": "/tests",
        "type": "parcels.Posted.v1",
        "data": json_format.MessageToDict(envelopes[3]),
    }
    topic.produce(json.dumps(structured).encode(), headers={"content-type": "application/cloudevents+json"})
    topic.produce(envelopes[4].SerializeToString(), headers={})
    topic.flush()
    bindings = topic.bindings(content_type="application/protobuf")
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        await ingress.counted("delivered", at_least=5)
    assert await applied(client, key) == [str(number) for number in range(5)]


async def test_a_tombstone_is_passed_and_poison_becomes_a_dead_letter_with_all_it_had(
    client: Client, worker: Worker, topic: Topic, start_ingress: StartIngress, tmp_path: Path
) -> None:
    topic.post("a", [0])
    topic.produce(None, key=topic.key("a"), headers={})
    topic.produce(b"\xff\x00 poison", key="broken", headers=PROTOBUF | {"X-Sender": "me"})
    topic.post("a", [1])
    letters = tmp_path / "letters.jsonl"
    async with start_ingress(
        [KAFKA], INGRESS_BINDINGS_FILE=topic.bindings(), DEAD_LETTER_FILE=str(letters)
    ) as ingress:
        await ingress.counted("delivered", at_least=2)
        await eventually(lambda: topic.committed() == {0: 4})
        assert ingress.metric(
            "process_ingress_events_total", process="", subscription="parcels", outcome="tombstone"
        )
    [letter] = [json.loads(line) for line in letters.read_text().splitlines()]
    assert letter["position"] == f"{topic.name}/0@2"
    assert letter["adapter"] == "kafka"
    assert letter["reason"] == "undecodable"
    assert letter["headers"]["x-sender"] == "me"
    assert letter["key"] == "YnJva2Vu"
    assert letter["data"] == "/wAgcG9pc29u"
    assert await applied(client, topic.key("a")) == ["0", "1"]


async def test_without_dead_letters_the_ingress_stops_and_the_group_stays_before_the_message(
    client: Client, worker: Worker, topic: Topic, start_ingress: StartIngress
) -> None:
    topic.post("a", range(3))
    topic.produce(b"\xff", headers=PROTOBUF)
    topic.post("a", [3])
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=topic.bindings()) as ingress:
        await eventually(ingress.task.done)
        with pytest.raises(ServiceError, match=rf"the message at {topic.name}/0@3 can never succeed"):
            await ingress.task
    assert topic.committed() == {0: 3}


@pytest.mark.requirement("R117")
async def test_a_topic_that_is_not_there_is_told_and_read_once_it_is(
    client: Client, worker: Worker, make_topic: MakeTopic, start_ingress: StartIngress
) -> None:
    topic = make_topic()
    missing = f"{topic.name}-later"
    config = {"topic.metadata.refresh.interval.ms": 500}
    bindings = topic.bindings(topics=[topic.name, missing], config=config)
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        assert await reason(ingress, "UnknownTopic") == f"Kafka has no such topic: {missing}"
        topic.broker.create_topic(missing)
        await ingress.ready()
        topic.name = missing
        topic.post("a", [0])
        await ingress.counted("delivered")


async def test_credentials_are_files_and_a_refusal_lasts_until_they_are_right(
    client: Client, worker: Worker, topic: Topic, start_ingress: StartIngress, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("wrong")
    topic.post("a", [0])
    bindings = topic.bindings(
        bootstrap_servers=topic.broker.sasl_address,
        sasl_mechanism="PLAIN",
        user=topic.broker.SASL_USERNAME,
        password_file=str(password),
    )
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        assert await reason(ingress, "AuthenticationFailed") == "Kafka refuses these credentials"
        password.write_text(f"{topic.broker.SASL_PASSWORD}\n")
        await ingress.ready()
        await ingress.counted("delivered")


async def test_a_second_member_of_one_instance_name_ends_the_first(
    worker: Worker, topic: Topic, start_ingress: StartIngress
) -> None:
    bindings = topic.bindings(group_instance_id="ingress-0")
    topic.post("a", [0])
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as first:
        await first.counted("delivered")
        async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as second:
            await eventually(first.task.done)
            with pytest.raises(ServiceError, match=r"another member .* has the same group_instance_id"):
                await first.task
            topic.post("a", [1])
            await second.counted("delivered")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bootstrap_servers": "http://kafka"}, "parcels.bootstrap_servers: write host:port, or several"),
        ({"topics": "a,b c"}, "parcels.topics.1: a topic's name has letters, digits"),
        ({"config": {"group.id": "x"}}, "parcels.config: group.id is set by the runtime, or by an option"),
        (
            {"config": {"sasl.password": "x"}},
            "parcels.config: sasl.password may hold a secret; name its file",
        ),
        ({"config": {"no.such": 1}}, 'parcels: No such configuration property: "no.such"'),
        ({"config": {"linger.ms": "soon"}}, "parcels: Invalid value for configuration property"),
        (
            {"user": "me"},
            "parcels: sasl_mechanism, password_file and one of user and user_file come together",
        ),
        ({"password_file": "/nowhere"}, "parcels.password_file: Path does not point to a file"),
        ({"tls_ca_file": __file__}, "parcels: "),
        ({"session_timeout": "10m"}, "`max.poll.interval.ms`must be >= `session.timeout.ms`"),
        ({"session_timeout": "soon"}, "parcels.session_timeout: "),
    ],
)
def test_a_binding_that_cannot_work_is_told_at_the_start(
    options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "bindings.json"
    file.write_text(json.dumps({"parcels": {"bootstrap_servers": "kafka:9092", "topics": "a"} | options}))
    _, [problem] = SUBSCRIPTIONS.bind([KAFKA], file)
    assert said in problem


async def test_a_group_has_the_names_of_processes_and_subscription_unless_it_is_named() -> None:
    named: dict[str, Any] = {"bootstrap_servers": "kafka:9092", "topics": "a, b"}
    assert KafkaAdapterOptions(**named).group(["receipt", "parcel"], "parcels") == "parcel.receipt.parcels"
    assert KafkaAdapterOptions(**named, group_id="mine").group(["parcel"], "parcels") == "mine"


def test_every_option_and_every_reason_is_documented() -> None:
    text = (Path(__file__).parents[4] / "docs" / "kafka.md").read_text()
    options = {
        *KafkaAdapterOptions.model_fields,
        *KafkaPublisherOptions.model_fields,
        *KafkaDeadLetterOptions.model_fields,
    }
    named = set(re.findall(r"`(\w+)`", text))
    assert options <= named
    source = Path(kafka_connection.__file__).read_text() + Path(monitor.__file__).read_text()
    assert set(re.findall(r'\("([A-Z]\w+)", f?"[^"]', source)) <= named
