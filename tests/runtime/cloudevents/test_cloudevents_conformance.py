"""The conformance features of CloudEvents, through the very code that takes messages from HTTP and Kafka."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cloudevents.core.base import BaseCloudEvent
from confluent_kafka import Message
from pytest_bdd import given, scenarios, then, when

from process_runtime import cloudevents
from process_runtime.ingress.adapters.kafka.messages import raw_message
from process_runtime.ingress.events import RawMessage
from tests.runtime.ingress.http.recording import over_connection, recording_http

FEATURES = Path(__file__).parents[3] / "testdata" / "cloudevents"

scenarios(str(FEATURES / "http-protocol-binding.feature"))
scenarios(str(FEATURES / "kafka-protocol-binding.feature"))


@dataclass
class Sent:
    """What a scenario sends, and what comes of it."""

    request: bytes = b""
    payload: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    event: BaseCloudEvent | None = None


@pytest.fixture
def sent() -> Sent:
    return Sent()


def read(message: RawMessage) -> BaseCloudEvent | None:
    return cloudevents.read_event(message.content_type, message.headers, message.body)


@given("HTTP Protocol Binding is supported")
@given("Kafka Protocol Binding is supported")
def supported() -> None:
    """By what the scenarios show."""


@given("an HTTP request")
def an_http_request(sent: Sent, docstring: str) -> None:
    head, _, body = docstring.partition("\n\n")
    request_line, *headers = head.splitlines()
    # Where events are taken here; every other byte is the scenario's.
    request_line = request_line.replace("/someresource", "/events")
    sent.request = "\r\n".join([request_line, *headers, "Connection: close", "", body]).encode()


@when("parsed as HTTP request")
def parsed_as_http_request(sent: Sent) -> None:
    message = asyncio.run(over_http(sent.request))
    sent.event = read(message)


async def over_http(request: bytes) -> RawMessage:
    """What the adapter makes of a request that comes over a connection."""
    async with recording_http() as recording:
        answer = await over_connection(recording.port, request)
    assert answer.startswith(b"HTTP/1.1 202"), answer
    [message] = recording.messages
    return message


@given("a Kafka message with payload:")
def a_kafka_message(sent: Sent, docstring: str) -> None:
    sent.payload = docstring.encode()


@given("Kafka headers:")
def kafka_headers(sent: Sent, datatable: list[list[str]]) -> None:
    sent.headers = dict(table(datatable))


@when("parsed as Kafka message")
def parsed_as_kafka_message(sent: Sent) -> None:
    headers: list[tuple[str, str | bytes | None]] = [
        (name, value.encode()) for name, value in sent.headers.items()
    ]
    message = Message(topic="parcels", partition=0, offset=0, value=sent.payload, headers=headers)
    sent.event = read(raw_message(message, subscription="parcels", content_type=""))


@then("the attributes are:")
def the_attributes_are(sent: Sent, datatable: list[list[str]]) -> None:
    assert sent.event is not None
    attributes = dict(sent.event.get_attributes())
    attributes["time"] = attributes["time"].isoformat().replace("+00:00", "Z")
    assert attributes == dict(table(datatable))


@then("the data is equal to the following JSON:")
def the_data_are(sent: Sent, docstring: str) -> None:
    assert sent.event is not None
    data = sent.event.get_data()
    assert (json.loads(data) if isinstance(data, bytes) else data) == json.loads(docstring)


def table(datatable: list[list[str]]) -> list[tuple[str, str]]:
    """The rows below the heading."""
    return [(key, value) for key, value in datatable[1:]]
