"""A sample of the malformed messages over real connections: what is well-formed behind them still arrives."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import pytest
from confluent_kafka import Producer
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.ingress import Subscription
from process_runtime.testing.servers import KafkaBroker, NatsServer
from tests.runtime.ingress.fuzz.mutations import Sent, mutated
from tests.runtime.ingress.parcels import event, workflow_id
from tests.runtime.ingress.rig import RunningIngress, StartIngress, eventually

PROTOBUF = (b"content-type", b"application/protobuf")
# What malformed events of commands do is not asked here; nothing is to wait for a process.
ENVIRONMENT = {"NO_PROCESS_WAIT": "0s"}


@pytest.fixture
def key() -> str:
    return uuid4().hex[:8]


@pytest.fixture(scope="module")
def sample() -> list[Sent]:
    """Some of each kind: the first half exchanges values one by one, the rest is random."""
    return [message for number, message in enumerate(mutated(10_000)) if number % 61 == 0]


def good(key: str) -> Sent:
    return Sent(event("posted", key, 1).SerializeToString(), (PROTOBUF,))


async def arrived(client: Client, key: str) -> list[str]:
    events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
    return events


def taken(ingress: RunningIngress) -> float:
    """How many events have ended, one way or another."""
    return sum(
        sample.value
        for family in ingress.service.metrics.registry.collect()
        for sample in family.samples
        if sample.name == "process_ingress_events_total" and sample.labels["outcome"] != "retry"
    )


async def test_over_http(  # noqa: PLR0917
    start_ingress: StartIngress, client: Client, worker: Worker, key: str, sample: list[Sent], tmp_path: Path
) -> None:
    dead = tmp_path / "dead.jsonl"
    async with start_ingress(DEAD_LETTER_FILE=str(dead), **ENVIRONMENT) as ingress:
        await ingress.ready()
        port = ingress.http.base_url.port
        statuses = set()
        for message in [*sample, good(key)]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = b"POST /events HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: %d\r\n"
            writer.write(head % len(message.body) + block(message) + b"\r\n" + message.body)
            async with asyncio.timeout(60):
                answer = await reader.read()
            writer.close()
            statuses.add(int(answer.split(b" ")[1]))
        assert statuses <= {200, 202, 207, 400, 409, 413, 415, 422, 431}
        assert await arrived(client, key) == [f"parcels.Posted.v1 {key}-1"]
        assert (await ingress.http.get("/readyz")).status_code == 200
        assert len(dead.read_text().splitlines()) > len(sample) // 4


@pytest.mark.xdist_group("kafka")
async def test_over_kafka(  # noqa: PLR0917
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    key: str,
    sample: list[Sent],
    kafka_broker: KafkaBroker,
    tmp_path: Path,
) -> None:
    topic = f"fuzz-{key}"
    kafka_broker.create_topic(topic)
    producer = Producer({"bootstrap.servers": kafka_broker.address, "log_level": 0})
    for message in [*sample, good(key)]:
        headers: Any = [(name.decode("latin-1"), value) for name, value in message.headers]
        producer.produce(topic, message.body, message.key, partition=0, headers=headers)
    assert producer.flush(60) == 0
    options = {"bootstrap_servers": kafka_broker.address, "topics": topic, "group_id": topic}
    async with started(start_ingress, "kafka", options, tmp_path) as ingress:
        await eventually(lambda: taken(ingress) > len(sample))
        assert await arrived(client, key) == [f"parcels.Posted.v1 {key}-1"]
        await ingress.ready()


@pytest.mark.xdist_group("nats")
async def test_over_nats(  # noqa: PLR0917
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    key: str,
    sample: list[Sent],
    nats_server: NatsServer,
    tmp_path: Path,
) -> None:
    stream = f"fuzz-{key}"
    connection = await nats.connect(nats_server.url)
    await connection.jetstream().add_stream(name=stream, subjects=[f"{stream}.>"])
    await connection.close()
    # JetStream itself keeps no longer ones.
    kept = [message for message in sample if len(block(message)) < 60_000]
    await publish(nats_server, f"{stream}.any", [*kept, good(key)])
    options = {"servers": nats_server.url, "stream": stream}
    async with started(start_ingress, "nats", options, tmp_path) as ingress:
        await eventually(lambda: taken(ingress) > len(kept))
        assert await arrived(client, key) == [f"parcels.Posted.v1 {key}-1"]
        await ingress.ready()


def started(start: StartIngress, kind: str, options: dict[str, str], folder: Path) -> Any:
    bindings = folder / "bindings.json"
    bindings.write_text(json.dumps({"parcels": options}))
    return start(
        [Subscription("parcels", kind, "parcels")],
        INGRESS_BINDINGS_FILE=str(bindings),
        DEAD_LETTER_FILE=str(folder / "dead.jsonl"),
        **ENVIRONMENT,
    )


def block(message: Sent) -> bytes:
    """Headers as HTTP and NATS write them, but for what would end the line."""
    lines = [
        b"%b: %b\r\n" % (name, (value or b"").replace(b"\r", b"").replace(b"\n", b""))
        for name, value in message.headers
        if name != b"content-length"
    ]
    return b"".join(lines)


async def publish(server: NatsServer, subject: str, messages: list[Sent]) -> None:
    """Publish with NATS's own protocol: no client sends such headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b'CONNECT {"verbose":false,"pedantic":false,"headers":true}\r\n')
    for message in messages:
        headers = b"NATS/1.0\r\n" + block(message) + b"\r\n"
        sizes = (len(headers), len(headers) + len(message.body))
        writer.write(b"HPUB %b %d %d\r\n" % (subject.encode(), *sizes) + headers + message.body + b"\r\n")
    writer.write(b"PING\r\n")
    async with asyncio.timeout(60):
        while (line := await reader.readline()).rstrip() != b"PONG":
            assert line.startswith(b"INFO"), line
    writer.close()
