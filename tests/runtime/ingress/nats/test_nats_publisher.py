"""Facts in a JetStream stream: once for each ID, over an outage of the server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from process_runtime import cloudevents
from process_runtime.publishers import Fact, PublishError
from process_runtime.publishers.nats import NatsPublisher, NatsPublisherOptions
from process_runtime.testing.servers import NatsServer
from process_runtime.testing.waiting import eventually
from tests.runtime.ingress.nats.replica import Orders
from tests.runtime.ingress.parcels import event

pytestmark = pytest.mark.xdist_group("nats")

ATTRIBUTES = {
    "id": "0c9cdd06-3c5e-5d0f-9a53-7f0f1b6a4a11",
    "source": "/processes/parcel",
    "type": "parcels.Moved.v1",
    "time": "2026-02-03T04:05:06.789000Z",
    "subject": "parcel.v1.Parcel/proc/parcel/acme/Straße 1",
    "processinstanceid": "proc/parcel/acme/Straße 1.*",
    "workflowtype": "parcel.v1.Parcel",
    "partitionkey": "acme/proc/parcel/acme/Straße 1",
}


def fact(**attributes: str) -> Fact:
    return Fact(attributes=ATTRIBUTES | attributes, message=event("posted", "k", 1))


@pytest.mark.requirement("R039", "R158")
async def test_a_fact_is_a_cloudevent_under_its_type_and_there_once(orders: Orders) -> None:
    options = NatsPublisherOptions(servers=[orders.server.url], stream=orders.name)
    async with NatsPublisher(options) as publisher:
        await publisher.publish(fact())
        await publisher.publish(fact())
        await publisher.publish(fact(id="another"))
    assert (await orders.jetstream.stream_info(orders.name)).state.messages == 2
    message = await orders.jetstream.get_msg(orders.name, 1)
    assert message.subject == f"{orders.name}.parcels.Moved.v1"
    headers = {name.lower(): value for name, value in (message.headers or {}).items()}
    read = cloudevents.read_binary(headers, message.data or b"")
    assert read.get_id() == ATTRIBUTES["id"]
    assert read.get_subject() == ATTRIBUTES["subject"]
    assert read.get_extension("partitionkey") == ATTRIBUTES["partitionkey"]
    assert message.data == event("posted", "k", 1).SerializeToString(deterministic=True)


@pytest.mark.requirement("R158")
def test_a_subject_may_hold_workflow_id_and_type_as_one_word_each() -> None:
    options = NatsPublisherOptions(
        servers=["nats://x"], stream="facts", subject="{stream}.{workflow_type}.{workflow_id}.{tenant}.{type}"
    )
    assert options.subject_of(fact()) == (
        "facts.parcel%2Ev1%2EParcel.proc/parcel/acme/Stra%C3%9Fe%201%2E%2A.%.parcels.Moved.v1"
    )


@pytest.mark.parametrize("subject", ["facts.{id}", "a..b", "{stream", "facts.*", "", "{type!r}"])
def test_a_subject_that_cannot_work_is_refused(subject: str) -> None:
    with pytest.raises(ValidationError):
        NatsPublisherOptions(servers=["nats://x"], stream="facts", subject=subject)


async def test_a_fact_that_no_stream_takes_is_not_published(orders: Orders) -> None:
    options = NatsPublisherOptions(
        servers=[orders.server.url], stream=orders.name, subject="elsewhere.{type}"
    )
    async with NatsPublisher(options) as publisher:
        with pytest.raises(PublishError, match="no stream takes"):
            await publisher.publish(fact())
    wrong = NatsPublisherOptions(servers=[orders.server.url], stream="other", subject=f"{orders.name}.x")
    async with NatsPublisher(wrong) as publisher:
        with pytest.raises(PublishError, match="JetStream refuses the fact"):
            await publisher.publish(fact())


@pytest.mark.parametrize("fault", ["kill", "pause"])
async def test_a_fact_survives_an_outage(own_server: NatsServer, fault: str) -> None:
    options = NatsPublisherOptions(servers=[own_server.url], stream="facts", timeout=timedelta(seconds=2))
    async with Orders(own_server, "facts") as facts, NatsPublisher(options) as publisher:
        await publisher.publish(fact())
        await asyncio.to_thread(getattr(own_server, fault))
        with pytest.raises(PublishError):
            await publisher.publish(fact(id="second"))
        await asyncio.to_thread(own_server.start if fault == "kill" else own_server.resume)

        async def published() -> bool:
            try:
                await publisher.publish(fact(id="second"))
            except PublishError:
                return False
            return True

        await eventually(published)
        await facts.client.close()
    async with Orders(own_server, "facts") as facts:
        assert (await facts.jetstream.stream_info("facts")).state.messages == 2
