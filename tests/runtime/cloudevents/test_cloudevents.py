"""Events in every binding and content mode: what is written is read again, and what is malformed is named."""

from __future__ import annotations

import json

import pytest
from cloudevents.core.bindings import http, kafka
from google.protobuf import wrappers_pb2

from process_runtime import cloudevents
from process_runtime.cloudevents import Binding, CloudEventError

ATTRIBUTES = {
    "id": "1",
    "source": "/tests/a b",
    "type": "parcels.Posted.v1",
    "time": "2026-01-02T03:04:05+00:00",
    "subject": 'Grüße, "100 %" € \U0001f600',
    "tenant": "acme",
}
DATA = wrappers_pb2.StringValue(value="hello")
HTTP = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/tests", "ce-type": "t"}
KAFKA = {name.replace("ce-", "ce_"): value for name, value in HTTP.items()}


@pytest.mark.parametrize("binding", ["http", "kafka", "nats"])
def test_an_event_in_binary_mode_is_read_as_it_was_written(binding: Binding) -> None:
    message = cloudevents.write_binary(ATTRIBUTES, DATA, binding)
    assert cloudevents.is_binary(message.headers)
    event = cloudevents.read_binary(message.headers, message.body)
    attributes = event.get_attributes()
    assert attributes.pop("time").isoformat() == ATTRIBUTES["time"]
    assert attributes == {name: value for name, value in ATTRIBUTES.items() if name != "time"} | {
        "specversion": "1.0",
        "datacontenttype": "application/protobuf",
    }
    assert event.get_data() == DATA.SerializeToString()


def test_headers_are_named_and_escaped_as_each_binding_says() -> None:
    over_http = cloudevents.write_binary(ATTRIBUTES, DATA, "http").headers
    over_nats = cloudevents.write_binary(ATTRIBUTES, DATA, "nats").headers
    over_kafka = cloudevents.write_binary(ATTRIBUTES, DATA, "kafka").headers
    escaped = "Gr%C3%BC%C3%9Fe,%20%22100%20%25%22%20%E2%82%AC%20%F0%9F%98%80"
    assert over_http["ce-subject"] == over_nats["ce-subject"] == escaped
    assert over_kafka["ce_subject"] == ATTRIBUTES["subject"]
    assert over_http["content-type"] == over_kafka["content-type"] == "application/protobuf"
    assert "ce-datacontenttype" not in over_http
    assert over_nats["ce-datacontenttype"] == "application/protobuf"


def test_an_event_in_structured_mode_is_read_as_it_was_written() -> None:
    message = cloudevents.write_structured(ATTRIBUTES, DATA)
    assert message.headers == {"content-type": "application/cloudevents+json"}
    event = cloudevents.read_structured(message.body)
    assert (event.get_type(), event.get_subject()) == (ATTRIBUTES["type"], ATTRIBUTES["subject"])


def test_a_library_of_another_make_reads_what_is_written() -> None:
    over_http = cloudevents.write_binary(ATTRIBUTES, DATA, "http")
    event = http.from_binary_event(http.HTTPMessage(over_http.headers, over_http.body))
    assert event.get_subject() == ATTRIBUTES["subject"]
    over_kafka = cloudevents.write_binary(ATTRIBUTES, DATA, "kafka")
    headers = {name: value.encode() for name, value in over_kafka.headers.items()}
    assert (
        kafka.from_binary_event(kafka.KafkaMessage(headers, None, over_kafka.body)).get_extension("tenant")
        == "acme"
    )


def test_values_in_quotes_are_read_without_them() -> None:
    event = cloudevents.read_binary(HTTP | {"ce-subject": r'"a \"b\" c"'}, b"")
    assert event.get_subject() == 'a "b" c'


def test_percent_signs_mean_nothing_to_kafka() -> None:
    assert cloudevents.read_binary(KAFKA | {"ce_subject": "100%41"}, b"").get_subject() == "100%41"


@pytest.mark.parametrize("value", ["%C0%A0", "%ff", "%ED%A0%80"])
def test_a_header_that_is_no_utf8_is_refused(value: str) -> None:
    with pytest.raises(CloudEventError):
        cloudevents.read_binary(HTTP | {"ce-subject": value}, b"")


@pytest.mark.parametrize("headers", [HTTP, KAFKA])
@pytest.mark.parametrize("attribute", ["id", "source", "type"])
def test_what_is_missing_is_named(headers: dict[str, str], attribute: str) -> None:
    incomplete = {name: value for name, value in headers.items() if name[3:] != attribute}
    with pytest.raises(CloudEventError, match=f"are missing: {attribute}$"):
        cloudevents.read_binary(incomplete, b"")


def test_an_optional_attribute_may_be_null() -> None:
    body = {name[3:]: value for name, value in HTTP.items()} | {
        "time": None,
        "subject": None,
        "data": {"a": 1},
    }
    event = cloudevents.read_structured(json.dumps(body).encode())
    assert (event.get_subject(), event.get_data()) == (None, {"a": 1})


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion"])
def test_a_required_attribute_may_not_be_null(name: str) -> None:
    body = {key[3:]: value for key, value in HTTP.items()} | {name: None}
    with pytest.raises(CloudEventError, match=f"are missing: {name}$"):
        cloudevents.read_structured(json.dumps(body).encode())
