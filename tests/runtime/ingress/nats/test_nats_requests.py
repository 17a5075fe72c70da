"""Commands as requests on a real Temporal: the reply of the update, or why there is none."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from nats.aio.msg import Msg
from temporalio.worker import Worker

from process_runtime.ingress import Subscription
from process_runtime.testing.waiting import eventually
from tests.runtime.ingress.nats.replica import PROTOBUF, Orders, Replica
from tests.runtime.ingress.parcels import event, pb
from tests.runtime.ingress.rig import RunningIngress, StartIngress

pytestmark = pytest.mark.xdist_group("nats")

JSON = {"content-type": "application/json"}
Ask = Callable[..., Any]


@pytest.fixture
async def ask(
    orders: Orders, start_ingress: StartIngress, worker: Worker, tmp_path: Path
) -> AsyncIterator[Ask]:
    """Return a function that asks an ingress."""
    async with asking(orders, start_ingress, tmp_path) as (ask, ingress):
        await ingress.ready()
        yield ask


@asynccontextmanager
async def asking(
    orders: Orders, start_ingress: StartIngress, tmp_path: Path, **environment: str
) -> AsyncIterator[tuple[Ask, RunningIngress]]:
    subject = f"{orders.name}-requests"
    binding = {"servers": orders.server.url, "request_subject": subject}
    file = tmp_path / "bindings.json"
    file.write_text(json.dumps({"parcels": binding}))
    nats = Subscription("parcels", "nats", "parcels")

    async def ask(envelope: Any, headers: dict[str, str] = PROTOBUF, body: bytes | None = None) -> Msg:
        if body is None:
            is_json = headers is JSON
            body = json_format.MessageToJson(envelope).encode() if is_json else envelope.SerializeToString()
        return await orders.client.request(subject, body, timeout=60, headers=headers)

    bindings = {"INGRESS_BINDINGS_FILE": str(file), **environment}
    async with start_ingress([nats], **bindings) as ingress:
        condition = ingress.service.health.condition("SubscriptionReady/parcels")
        await eventually(lambda: condition.is_ready)
        yield ask, ingress


def told(reply: Msg) -> dict[str, str]:
    return dict(reply.headers or {})


@pytest.mark.requirement("R074")
async def test_an_update_is_answered_with_its_reply_in_the_encoding_of_the_request(ask: Ask) -> None:
    key = uuid.uuid4().hex
    reply = await ask(event("weigh", key, 1))
    assert told(reply)["Process-Status"] == "200", reply.data
    assert pb.Weight.FromString(reply.data) == pb.Weight(grams=100)
    assert told(reply)["Process-Outcome"] == "delivered"
    assert told(reply)["Content-Type"] == 'application/protobuf; messageType="parcel.v1.Weight"'
    reply = await ask(event("weigh", key, 2), JSON)
    assert json.loads(reply.data) == {"grams": 100}
    assert told(reply)["Content-Type"] == "application/json"


async def test_a_request_sent_again_gets_its_first_reply(ask: Ask) -> None:
    key = uuid.uuid4().hex
    first = await ask(event("weigh", key, 1))
    await ask(event("posted", key, 2))
    assert (await ask(event("weigh", key, 1))).data == first.data


async def test_a_refused_command_is_answered_with_what_the_process_said(ask: Ask) -> None:
    reply = await ask(event("weigh", uuid.uuid4().hex, 1, refuse=True))
    headers = told(reply)
    assert headers["Nats-Service-Error-Code"] == headers["Process-Status"] == "422"
    assert headers["Nats-Service-Error"] == "the scales are out of order"
    assert (headers["Process-Reason"], headers["Process-Rejection"]) == ("rejected", "ScalesBroken")
    problem = json.loads(reply.data)
    assert problem["rejection"]["type"] == "ScalesBroken"
    assert problem["rejection"]["details"] == [{"grams": 7}]


async def test_an_event_that_is_no_update_is_accepted(ask: Ask) -> None:
    reply = await ask(event("posted", uuid.uuid4().hex, 1))
    assert told(reply)["Process-Status"] == "202"
    assert json.loads(reply.data)["eventType"] == "parcels.Posted.v1"


async def test_what_is_no_event_is_answered_with_the_reason(ask: Ask) -> None:
    reply = await ask(None, PROTOBUF, b"\xff\xff")
    assert told(reply)["Nats-Service-Error-Code"] == "400"
    assert told(reply)["Process-Reason"] == "undecodable"


async def test_a_batch_is_answered_with_a_result_for_each(ask: Ask) -> None:
    attributes = {"specversion": "1.0", "source": "/t", "type": "parcels.Posted.v1"}
    trees = [json_format.MessageToDict(event("posted", uuid.uuid4().hex, 1)), {"no": "envelope"}]
    batch = [{**attributes, "id": str(i), "data": tree} for i, tree in enumerate(trees)]
    headers = {"content-type": "application/cloudevents-batch+json"}
    reply = await ask(None, headers, json.dumps(batch).encode())
    assert told(reply)["Process-Status"] == "207"
    outcomes = [result["outcome"] for result in json.loads(reply.data)["results"]]
    assert outcomes == ["delivered", "rejected"]


async def test_while_temporal_is_away_the_sender_is_told_to_come_again(
    orders: Orders, start_ingress: StartIngress, tmp_path: Path
) -> None:
    async with asking(orders, start_ingress, tmp_path, TEMPORAL_ADDRESS="127.0.0.1:1") as (ask, _):
        reply = await ask(event("weigh", "k", 1))
        assert told(reply)["Nats-Service-Error-Code"] == "503"
        assert told(reply)["Retry-After"] == "2"


async def test_when_too_much_is_in_flight_the_sender_is_told_to_come_again(orders: Orders) -> None:
    opened = asyncio.Event()
    subject = f"{orders.name}-requests"
    ingress = Replica(orders, lambda *_: opened, in_flight=1, stream=None, request_subject=subject)
    async with ingress.running() as replica:
        await replica.ready()
        body = event("posted", "k", 1).SerializeToString()
        first = asyncio.create_task(orders.client.request(subject, body, timeout=60, headers=PROTOBUF))
        await replica.has(1)
        reply = await orders.client.request(subject, body, timeout=60, headers=PROTOBUF)
        assert told(reply)["Process-Status"] == "503"
        opened.set()
        assert told(await first)["Process-Status"] == "202"


async def test_replicas_share_the_requests_and_one_that_stops_answers_what_it_has(orders: Orders) -> None:
    opened = asyncio.Event()
    subject = f"{orders.name}-requests"
    replicas = [Replica(orders, lambda *_: opened, stream=None, request_subject=subject) for _ in range(2)]
    async with replicas[0].running() as first, replicas[1].running() as second:
        await first.ready()
        await second.ready()
        answers = [
            asyncio.create_task(
                orders.client.request(
                    subject, event("posted", f"k{n}", n).SerializeToString(), timeout=60, headers=PROTOBUF
                )
            )
            for n in range(40)
        ]
        await eventually(lambda: len(first.applied) + len(second.applied) == 40)
        stopping = asyncio.create_task(first.stop())
        opened.set()
        await stopping
        assert {told(answer)["Process-Status"] for answer in await asyncio.gather(*answers)} == {"202"}
