"""Members come and go, processes are killed, Kafka and Temporal are away: nothing is lost, order stays."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.testing.servers import KafkaBroker
from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer
from tests.runtime.ingress.http.certificates import Authority
from tests.runtime.ingress.kafka.conftest import MakeTopic
from tests.runtime.ingress.kafka.test_kafka_ingress import reason
from tests.runtime.ingress.kafka.topics import KAFKA, Topic, applied
from tests.runtime.ingress.parcels import ParcelWorkflow, ReceiptWorkflow
from tests.runtime.ingress.rig import RunningIngress, StartIngress, eventually

pytestmark = pytest.mark.xdist_group("kafka")

MODULE = "tests.runtime.ingress.parcel_ingress"
EVENTS = "process_ingress_events_total"


def delivered(*ingresses: RunningIngress) -> float:
    labels = {"process": "parcel", "subscription": "parcels", "outcome": "delivered"}
    return sum(ingress.metric(EVENTS, **labels) for ingress in ingresses)


async def test_partitions_go_from_member_to_member_without_a_gap(
    client: Client, worker: Worker, make_topic: MakeTopic, start_ingress: StartIngress
) -> None:
    topic = make_topic(partitions=4)
    names = [f"k{number}" for number in range(8)]
    numbers = iter(range(1000))

    def post_some() -> None:
        number = next(numbers)
        for index, name in enumerate(names):
            topic.post(name, [number], partition=index % 4)

    async def post_until(holds: asyncio.Event) -> None:
        while not holds.is_set():
            await asyncio.to_thread(post_some)

    stop = asyncio.Event()
    posting = asyncio.create_task(post_until(stop))
    environment = {"INGRESS_BINDINGS_FILE": topic.bindings()}
    async with start_ingress([KAFKA], **environment) as first:
        await eventually(lambda: delivered(first) > 20)
        async with start_ingress([KAFKA], **environment) as second:
            await eventually(lambda: delivered(second) > 20)
            before = delivered(first)
            await eventually(lambda: delivered(first) > before + 20)
            await second.stop()
            before = delivered(first)
            await eventually(lambda: delivered(first) > before + 20)
        stop.set()
        await posting
        count = next(numbers)
        await eventually(lambda: sum(topic.committed().values()) == count * len(names))
    for name in names:
        assert await applied(client, topic.key(name)) == [str(number) for number in range(count)]


async def test_a_killed_ingress_goes_on_where_the_group_was(
    client: Client, temporal: DevServer, make_topic: MakeTopic, tmp_path: Path
) -> None:
    topic = make_topic(partitions=2)
    names = [f"k{number}" for number in range(4)]
    for number in range(50):
        for index, name in enumerate(names):
            topic.post(name, [number], partition=index % 2)
    environment = {
        "TEMPORAL_ADDRESS": temporal.address,
        # As a StatefulSet's pod that comes back under its name.
        "INGRESS_BINDINGS_FILE": topic.bindings(group_instance_id="ingress-0", commit_interval="50ms"),
        "MAX_IN_FLIGHT": "4",
    }
    with Child(tmp_path / "first.log", MODULE, "kafka", environment=environment) as ingress:
        ingress.until_metric(EVENTS, 'outcome="delivered"', 30)
        ingress.signal(signal.SIGKILL)
        ingress.process.wait()
    with Child(tmp_path / "second.log", MODULE, "kafka", environment=environment) as ingress:
        await eventually(lambda: sum(topic.committed().values()) == 200)
        ingress.signal(signal.SIGTERM)
        assert ingress.exit_code() == 0
    async with Worker(client, task_queue="parcel", workflows=[ParcelWorkflow, ReceiptWorkflow]):
        for name in names:
            assert await applied(client, topic.key(name)) == [str(number) for number in range(50)]


@pytest.mark.requirement("R117")
async def test_a_broker_that_is_killed_is_told_of_and_used_again(
    client: Client, worker: Worker, mortal_broker: KafkaBroker, start_ingress: StartIngress, tmp_path: Path
) -> None:
    topic = Topic(mortal_broker, tmp_path)
    topic.post("a", range(3))
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=topic.bindings()) as ingress:
        await ingress.counted("delivered", at_least=3)
        await asyncio.to_thread(mortal_broker.kill)
        assert "no Kafka broker can be used" in await reason(ingress, "UpstreamUnavailable")
        assert (await ingress.http.get("/healthz")).status_code == 200
        await asyncio.to_thread(mortal_broker.start)
        await ingress.ready()
        await asyncio.to_thread(topic.post, "a", range(3, 6))
        await eventually(lambda: topic.committed() == {0: 6})
        await asyncio.to_thread(mortal_broker.pause)
        await reason(ingress, "UpstreamUnavailable")
        await asyncio.to_thread(mortal_broker.resume)
        await ingress.ready()
        await asyncio.to_thread(topic.post, "a", range(6, 9))
        await eventually(lambda: topic.committed() == {0: 9})
    assert await applied(client, topic.key("a")) == [str(number) for number in range(9)]


async def test_over_tls_both_sides_prove_who_they_are(
    worker: Worker, mortal_broker: KafkaBroker, start_ingress: StartIngress, tmp_path: Path
) -> None:
    topic = Topic(mortal_broker, tmp_path)
    topic.post("a", [0])
    files = mortal_broker.folder
    options = {
        "bootstrap_servers": mortal_broker.tls_address,
        "tls_cert_file": str(files / "client.crt"),
        "tls_key_file": str(files / "client.key"),
    }
    bindings = topic.bindings(**options, tls_ca_file=str(files / "authority.pem"))
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        await ingress.counted("delivered")
    stranger = Authority(tmp_path, "stranger")
    bindings = topic.bindings(**options, tls_ca_file=str(stranger.file))
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=bindings) as ingress:
        assert "look at the certificates" in await reason(ingress, "TlsFailed")


@pytest.mark.requirement("R111", "R120")
async def test_while_temporal_is_away_a_member_stays_one_and_its_lag_grows(
    topic: Topic,
    start_ingress: StartIngress,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    server = DevServer(tmp_path)
    topic.post("a", range(40))
    # The group would give up a member that has not polled for ten seconds.
    bindings = topic.bindings(config={"max.poll.interval.ms": 10_000})
    async with start_ingress(
        [KAFKA], address=server.address, INGRESS_BINDINGS_FILE=bindings, MAX_IN_FLIGHT="5"
    ) as ingress:
        lag = {"subscription": "parcels"}
        await eventually(lambda: ingress.metric("process_ingress_lag", **lag) == 40)
        await asyncio.to_thread(topic.post, "a", range(40, 60))
        await eventually(lambda: ingress.metric("process_ingress_lag", **lag) == 60)
        await asyncio.sleep(12)
        assert topic.committed() == {}
        server.start()
        try:
            client = await server.connect()
            await eventually(lambda: topic.committed() == {0: 60})
            await eventually(lambda: ingress.metric("process_ingress_lag", **lag) == 0)
            async with Worker(client, task_queue="parcel", workflows=[ParcelWorkflow, ReceiptWorkflow]):
                assert await applied(client, topic.key("a")) == [str(number) for number in range(60)]
            await ingress.stop()
        finally:
            server.kill()
    assert caplog.text.count("partitions assigned") == 1
    assert "partitions lost" not in caplog.text
