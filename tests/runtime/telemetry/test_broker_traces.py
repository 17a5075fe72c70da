"""A message of a broker is one trace: from its headers through the process to the fact's."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path

import nats
import pytest
from confluent_kafka import Producer
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.collector import CollectedSpan, Collector, SpanTree
from process_runtime.testing.servers import KafkaBroker, NatsServer
from tests.runtime.ingress.child import Child
from tests.runtime.ingress.kafka.topics import messages_of
from tests.runtime.telemetry.programs import (
    HANDLED,
    MODULE,
    body,
    collected,
    has,
    new_trace,
    sent,
    settings,
    traceparent_of,
)


def assert_one_trace(tree: SpanTree, traceparent: str) -> list[CollectedSpan]:
    """From the consumer's span below the producer's, down to the producer's span of the fact."""
    lineage = sent(tree)
    kinds = [span.kind for span in lineage]
    assert kinds == ["CONSUMER", "CLIENT", "INTERNAL", "CLIENT", "SERVER", "PRODUCER"], tree.outline()
    assert (lineage[0].name, lineage[2].name) == ("process scans", HANDLED)
    assert {root.parent_id for root in tree.roots} == {traceparent.split("-")[2]}
    return lineage


@pytest.mark.xdist_group("kafka")
def test_a_message_of_kafka_is_one_trace_up_to_the_headers_of_its_fact(
    temporal_env: WorkflowEnvironment, kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    topic, moves = (f"{name}-{uuid.uuid4().hex[:12]}" for name in ("scans", "moves"))
    for name in (topic, moves):
        kafka_broker.create_topic(name)
    address = {"bootstrap_servers": kafka_broker.address}
    ingress, publish = tmp_path / "ingress.json", tmp_path / "publish.json"
    ingress.write_text(
        json.dumps({"scans": {"kind": "kafka", "topics": topic, "group_id": topic, **address}})
    )
    facts = {"kind": "kafka", "topic": moves, **address}
    publish.write_text(json.dumps({"moves-binding": facts, "arrivals-binding": facts}))
    trace_id, traceparent = new_trace()
    producer = Producer({"bootstrap.servers": kafka_broker.address, "log_level": 0})
    headers = {"content-type": "application/json", "traceparent": traceparent}
    producer.produce(topic, json.dumps(body("Bremen")), headers=list(headers.items()))
    assert producer.flush(60) == 0
    with Collector() as collector:
        environment = settings(temporal_env, tmp_path) | collector.environment
        environment |= {"INGRESS_BINDINGS_FILE": str(ingress), "PUBLISH_BINDINGS_FILE": str(publish)}
        with Child(tmp_path / "log", MODULE, environment=environment):
            tree = collected(collector, trace_id, has("process scans", HANDLED, "send moves"))
            [fact] = messages_of(kafka_broker, moves, 1)
    lineage = assert_one_trace(tree, traceparent)
    attributes = lineage[0].attributes
    assert (attributes["messaging.system"], attributes["messaging.destination.name"]) == ("kafka", topic)
    assert (attributes["messaging.destination.partition.id"], attributes["messaging.kafka.offset"]) == (
        "0",
        0,
    )
    assert lineage[-1].attributes["messaging.system"] == "kafka"
    written = dict(fact.headers() or [])
    assert written["traceparent"] == written["ce_traceparent"]
    sending = {traceparent_of(span).encode() for span in tree.spans if span.kind == "PRODUCER"}
    assert written["traceparent"] in sending


@pytest.mark.xdist_group("nats")
def test_a_message_of_nats_is_one_trace_up_to_the_headers_of_its_fact(
    temporal_env: WorkflowEnvironment, nats_server: NatsServer, tmp_path: Path
) -> None:
    stream, moves = (f"{name}-{uuid.uuid4().hex[:8]}" for name in ("scans", "moves"))
    trace_id, traceparent = new_trace()

    async def send() -> None:
        client = await nats.connect(nats_server.url)
        jetstream = client.jetstream()
        for name in (stream, moves):
            await jetstream.add_stream(name=name, subjects=[f"{name}.>"])
        headers = {"content-type": "application/json", "traceparent": traceparent}
        await jetstream.publish(f"{stream}.p-1", json.dumps(body("Bremen")).encode(), headers=headers)
        await client.close()

    async def headers_of_the_fact() -> dict[str, str]:
        client = await nats.connect(nats_server.url)
        message = await client.jetstream().get_msg(moves, seq=1)
        await client.close()
        return {name.lower(): value for name, value in (message.headers or {}).items()}

    asyncio.run(send())
    ingress, publish = tmp_path / "ingress.json", tmp_path / "publish.json"
    source = {"kind": "nats", "servers": nats_server.url, "stream": stream, "durable": stream}
    facts = {"kind": "nats", "servers": nats_server.url, "stream": moves, "subject": f"{moves}.facts"}
    ingress.write_text(json.dumps({"scans": source}))
    publish.write_text(json.dumps({"moves-binding": facts, "arrivals-binding": facts}))
    with Collector() as collector:
        environment = settings(temporal_env, tmp_path) | collector.environment
        environment |= {"INGRESS_BINDINGS_FILE": str(ingress), "PUBLISH_BINDINGS_FILE": str(publish)}
        with Child(tmp_path / "log", MODULE, environment=environment):
            tree = collected(collector, trace_id, has("process scans", HANDLED, "send moves"))
    attributes = assert_one_trace(tree, traceparent)[0].attributes
    assert attributes["messaging.system"] == "nats"
    assert attributes["messaging.destination.name"] == f"{stream}.p-1"
    headers = asyncio.run(headers_of_the_fact())
    assert headers["traceparent"] == headers["ce-traceparent"]
    assert headers["traceparent"] in {traceparent_of(span) for span in tree.spans if span.kind == "PRODUCER"}
