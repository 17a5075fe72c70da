"""Events of programs that know nothing of this project: each reaches its process, on a real Temporal."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import pytest
from cloudevents.core.bindings import http, kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1 import conversion
from cloudevents.v1 import kafka as legacy_kafka
from cloudevents.v1.http import CloudEvent as FirstCloudEvent
from confluent_kafka import Producer
from google.protobuf import json_format
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.ingress import Subscription
from process_runtime.testing.servers import KafkaBroker, NatsServer, ServerError, kafka_libraries
from tests.runtime.ingress.clients.nats_programs import go_program, nats_cli
from tests.runtime.ingress.parcels import event, workflow_id
from tests.runtime.ingress.rig import StartIngress

POSTED = "parcels.Posted.v1"
KAFKA = Subscription("parcels", "kafka", "parcels")
NATS = Subscription("parcels", "nats", "parcels")


@pytest.fixture
def key() -> str:
    return uuid4().hex[:8]


def data(key: str, number: int) -> dict[str, Any]:
    tree: dict[str, Any] = json_format.MessageToDict(event("posted", key, number))
    return tree


def attributes(key: str, number: int) -> dict[str, Any]:
    return {
        "id": f"{key}-{number}",
        "source": "/tests/a b",
        "type": POSTED,
        "time": datetime.now(UTC),
        "subject": 'Grüße "100 %"',
        "tenant": "acme",
        "partitionkey": key,
    }


def of_json(key: str, number: int) -> CloudEvent:
    return CloudEvent(attributes(key, number) | {"datacontenttype": "application/json"}, data(key, number))


def of_protobuf(key: str, number: int) -> CloudEvent:
    wire = event("posted", key, number).SerializeToString()
    return CloudEvent(attributes(key, number) | {"datacontenttype": "application/protobuf"}, wire)


def of_the_first_version(key: str, number: int, **more: str) -> FirstCloudEvent:
    """As the library's 1.x made them, which keeps its interface in a package of its own."""
    named = {"type": POSTED, "source": "/tests", "partitionkey": key, **more}
    return FirstCloudEvent(named, data(key, number))


async def received(client: Client, key: str) -> list[str]:
    events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
    return [text.rpartition("-")[2] for text in events]


@pytest.mark.requirement("R089")
async def test_the_cloudevents_sdk_over_http(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        messages: list[tuple[Any, Any]] = []
        for number, make in enumerate((of_json, of_protobuf)):
            for offset, write in ((0, http.to_binary), (2, http.to_structured)):
                message = write(make(key, number + offset), JSONFormat())
                messages.append((message.headers, message.body))
        messages.append(conversion.to_binary(of_the_first_version(key, 4)))
        messages.append(conversion.to_structured(of_the_first_version(key, 5)))
        for headers, body in messages:
            answer = await ingress.http.post("/events", content=body, headers=headers)
            assert answer.status_code == 202, answer.text
        assert sorted(await received(client, key)) == list("012345")


@pytest.mark.requirement("R089")
@pytest.mark.xdist_group("kafka")
async def test_the_cloudevents_sdk_over_kafka(  # noqa: PLR0917
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    key: str,
    kafka_broker: KafkaBroker,
    tmp_path: Path,
) -> None:
    producer = Producer({"bootstrap.servers": kafka_broker.address, "log_level": 0})
    records: list[Any] = []
    for number, make in enumerate((of_json, of_protobuf)):
        for offset, write in ((0, kafka.to_binary), (2, kafka.to_structured)):
            records.append(write(make(key, number + offset), JSONFormat()))
    json_data = {"datacontenttype": "application/json"}
    records.append(legacy_kafka.to_binary(of_the_first_version(key, 4, **json_data)))
    # This one has no content type at all, which the binding says instead.
    records.append(legacy_kafka.to_structured(of_the_first_version(key, 5)))
    topic = f"clients-{key}"
    kafka_broker.create_topic(topic)
    for record in records:
        producer.produce(topic, record.value, record.key, headers=list(record.headers.items()))
    assert producer.flush(60) == 0
    structured = "application/cloudevents+json"
    bindings = bound(tmp_path, bootstrap_servers=kafka_broker.address, topics=topic, content_type=structured)
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        await ingress.counted("delivered", at_least=6)
        assert sorted(set(await received(client, key))) == list("012345")


@pytest.mark.requirement("R089")
@pytest.mark.xdist_group("kafka")
async def test_a_java_program_over_kafka(  # noqa: PLR0917
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    key: str,
    kafka_broker: KafkaBroker,
    tmp_path: Path,
) -> None:
    topic = f"clients-{key}"
    kafka_broker.create_topic(topic)
    structured = JSONFormat().write(of_json(key, 2)).decode()
    binary = json.dumps(data(key, 1))
    java = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    program = ["-cp", f"{jars()}/*", str(Path(__file__).parent / "Produce.java")]
    await run([*java, *program, kafka_broker.address, topic, key, POSTED, binary, structured])
    bindings = bound(tmp_path, bootstrap_servers=kafka_broker.address, topics=topic)
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        await ingress.counted("delivered", at_least=2)
        assert list(dict.fromkeys(await received(client, key))) == ["1", "2"]


@pytest.mark.requirement("R089")
@pytest.mark.xdist_group("nats")
@pytest.mark.parametrize("program", ["nats", "publish-nats"])
async def test_programs_of_others_over_nats(  # noqa: PLR0917
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    key: str,
    nats_server: NatsServer,
    tmp_path: Path,
    program: str,
) -> None:
    """The command line of NATS, and a program on its client for Go."""
    path = executable(nats_cli if program == "nats" else go_program)
    stream = f"clients-{key}"
    connection = await nats.connect(nats_server.url)
    await connection.jetstream().add_stream(name=stream, subjects=[f"{stream}.>"])
    await connection.close()

    async def publish(text: str, headers: dict[str, str]) -> None:
        subject = f"{stream}.{key}"
        if program == "nats":
            named = [argument for item in headers.items() for argument in ("-H", ":".join(item))]
            await run([str(path), "--server", nats_server.url, "pub", subject, text, *named])
        else:
            await run([str(path), nats_server.url, subject, text, *map("=".join, headers.items())])

    binary = {"ce-specversion": "1.0", "ce-id": "cli-1", "ce-source": "/cli", "ce-type": POSTED}
    binary |= {"ce-subject": "Gr%C3%BC%C3%9Fe", "ce-datacontenttype": "application/json"}
    await publish(json.dumps(data(key, 1)), binary)
    structured = {"Content-Type": "application/cloudevents+json"}
    await publish(JSONFormat().write(of_json(key, 2)).decode(), structured)
    bindings = bound(tmp_path, servers=nats_server.url, stream=stream)
    async with start_ingress([NATS], INGRESS_BINDINGS_FILE=bindings) as ingress:
        await ingress.counted("delivered", at_least=2)
        assert list(dict.fromkeys(await received(client, key))) == ["1", "2"]


def bound(folder: Path, **options: Any) -> str:
    path = folder / "bindings.json"
    path.write_text(json.dumps({"parcels": options}))
    return str(path)


def jars() -> Path:
    return executable(kafka_libraries)


def executable(locate: Callable[[], Path]) -> Path:
    try:
        return locate()
    except ServerError as error:
        pytest.skip(str(error))


async def run(command: list[str]) -> None:
    """Run a program to its end, beside the event loop."""
    done = await asyncio.to_thread(
        subprocess.run, command, check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
