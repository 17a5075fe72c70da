"""Decoding, validating and routing: every encoding an envelope may come in, and everything else refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.contract import Delivery
from process_runtime.ingress.decode import decode, split
from process_runtime.ingress.events import RawMessage, Reason, Rejection, RoutedEvent
from process_runtime.ingress.route import route
from process_runtime.ingress.validate import validate
from tests.runtime.ingress.parcels import ParcelRouter, ReceiptRouter, event, pb

PARCEL, RECEIPT = ParcelRouter(), ReceiptRouter()
BOTH = (PARCEL, RECEIPT)
POSTED = event("posted", "p1", 1, note="hello")


def raw(body: bytes | str, content_type: str = "application/json", **headers: str) -> RawMessage:
    return RawMessage(
        subscription="parcels",
        adapter="test",
        position="1",
        body=body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def prepared(message: RawMessage, routers: Any = BOTH) -> RoutedEvent:
    decoded = decode(message, routers)
    return route(decoded, validate(decoded))


def refused(message: RawMessage, routers: Any = BOTH) -> Rejection:
    with pytest.raises(Rejection) as caught:
        prepared(message, routers)
    return caught.value


def cloud_event(data: Any, content_type: str, event_type: str = "parcels.Posted.v1") -> CloudEvent:
    attributes = {"type": event_type, "source": "/tests", "id": "1", "datacontenttype": content_type}
    return CloudEvent(attributes, data)


def as_message(http: Any) -> RawMessage:
    headers = {name.lower(): value for name, value in http.headers.items()}
    return RawMessage(
        subscription="parcels",
        adapter="test",
        position="1",
        body=http.body,
        content_type=headers.get("content-type", ""),
        headers=headers,
    )


JSON_TREE = json_format.MessageToDict(POSTED)
WIRE = POSTED.SerializeToString()


@pytest.mark.requirement("R089")
@pytest.mark.parametrize(
    "message",
    [
        pytest.param(raw(WIRE, "application/protobuf"), id="protobuf"),
        pytest.param(raw(WIRE, "Application/X-Protobuf"), id="x-protobuf, any case"),
        pytest.param(
            raw(WIRE, 'application/protobuf; messageType="parcel.v1.ParcelEvent"'), id="message type"
        ),
        pytest.param(raw(json.dumps(JSON_TREE)), id="protobuf JSON"),
        pytest.param(raw(json.dumps(JSON_TREE), "application/json; charset=utf-8"), id="JSON with charset"),
        pytest.param(
            raw(json_format.MessageToJson(POSTED, preserving_proto_field_name=True)), id="JSON, proto names"
        ),
        pytest.param(
            as_message(to_binary_event(cloud_event(JSON_TREE, "application/json"))), id="binary, JSON"
        ),
        pytest.param(
            as_message(to_binary_event(cloud_event(WIRE, "application/protobuf"))), id="binary, protobuf"
        ),
        pytest.param(
            as_message(to_structured_event(cloud_event(JSON_TREE, "application/json"))), id="structured, JSON"
        ),
        pytest.param(
            as_message(to_structured_event(cloud_event(json.dumps(JSON_TREE), "application/json"))),
            id="structured, JSON text in a string",
        ),
        pytest.param(
            as_message(to_structured_event(cloud_event(WIRE, "application/protobuf"))),
            id="structured, base64",
        ),
    ],
)
def test_an_envelope_is_the_same_in_every_encoding(message: RawMessage) -> None:
    routed = prepared(message)
    assert routed.envelope == POSTED
    assert routed.router is PARCEL
    assert routed.workflow_id == "proc/parcel/acme/p1"
    assert routed.meta.idempotency_key == "p1-1"
    assert routed.route.delivery is Delivery.SIGNAL_WITH_START
    assert routed.start == pb.ParcelStart(start_version=1, key=POSTED.meta.key)


def test_a_batch_is_split_into_events_that_decode_on_their_own() -> None:
    events = [
        cloud_event(json_format.MessageToDict(event("posted", "a", 1)), "application/json"),
        cloud_event(event("issued", "b", 2).SerializeToString(), "application/protobuf", "parcels.Issued.v1"),
    ]
    body = b"[" + b",".join(JSONFormat().write(item) for item in events) + b"]"
    parts = split(raw(body, "application/cloudevents-batch+json"))
    assert [part.position for part in parts] == ["1#0", "1#1"]
    assert [prepared(part).meta.idempotency_key for part in parts] == ["a-1", "b-2"]


@pytest.mark.parametrize("body", ["{}", "null", "", "[", "1", '"x"'])
def test_a_batch_that_is_no_array_is_undecodable(body: str) -> None:
    with pytest.raises(Rejection) as caught:
        split(raw(body, "application/cloudevents-batch+json"))
    assert caught.value.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("element", ["1", "null", "[]", "{}", '"x"', '{"specversion": "9", "id": "1"}'])
def test_a_bad_element_spoils_only_itself(element: str) -> None:
    good = JSONFormat().write(cloud_event(JSON_TREE, "application/json")).decode()
    first, second = split(raw(f"[{element},{good}]", "application/cloudevents-batch+json"))
    assert refused(first).reason is Reason.UNDECODABLE
    assert prepared(second).envelope == POSTED


@pytest.mark.requirement("R064")
@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            {},
            [
                "meta.idempotency_key",
                "meta.key.tenant_id",
                "meta.key.parcel_id",
                "meta.schema_version",
                "payload",
            ],
        ),
        ({"meta": {**JSON_TREE["meta"], "idempotencyKey": ""}, "posted": {}}, ["meta.idempotency_key"]),
        ({"meta": {**JSON_TREE["meta"], "schemaVersion": 0}, "posted": {}}, ["meta.schema_version"]),
        ({"meta": {**JSON_TREE["meta"], "key": {"tenantId": "acme"}}, "posted": {}}, ["meta.key.parcel_id"]),
        ({"meta": JSON_TREE["meta"]}, ["payload"]),
    ],
)
def test_every_empty_required_field_is_named(body: dict[str, Any], names: list[str]) -> None:
    rejection = refused(raw(json.dumps(body)), [PARCEL])
    assert rejection.reason is Reason.INVALID
    assert rejection.detail == f"required fields are empty: {', '.join(names)}"
    assert rejection.process == "parcel"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            raw(
                event("posted", "p", 1).SerializeToString().replace(b"\x52\x00", b"\x9a\x06\x00"),
                "application/protobuf",
            ),
            id="protobuf",
        ),
        pytest.param(raw(json.dumps({"meta": JSON_TREE["meta"], "invented": {}})), id="JSON"),
        pytest.param(
            as_message(to_binary_event(cloud_event(JSON_TREE, "application/json", "parcels.Invented.v1"))),
            id="CloudEvents type",
        ),
        pytest.param(raw(WIRE, "application/protobuf; messageType=parcel.v1.Invented"), id="message type"),
    ],
)
def test_a_payload_newer_than_the_contract_is_an_unknown_type(message: RawMessage) -> None:
    assert refused(message, [PARCEL]).reason is Reason.UNKNOWN_TYPE


def test_a_field_newer_than_the_contract_is_welcome() -> None:
    tree = {**JSON_TREE, "posted": {"note": "hello", "invented": 7}}
    assert prepared(raw(json.dumps(tree))).envelope == POSTED


def test_the_cloudevents_type_has_to_agree_with_the_payload() -> None:
    message = as_message(to_binary_event(cloud_event(JSON_TREE, "application/json", "parcels.Scanned.v1")))
    rejection = refused(message)
    assert rejection.reason is Reason.INVALID
    assert "parcels.Posted.v1" in rejection.detail


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/octet-stream", "application/x-protobufs", ";", "\n"]
)
def test_other_content_types_are_told_apart_from_bad_data(content_type: str) -> None:
    rejection = refused(raw(WIRE, content_type))
    assert rejection.unsupported_media_type


@pytest.mark.parametrize("attribute", ["id", "source", "specversion", "type"])
def test_a_cloudevent_without_a_required_attribute_is_refused_by_name(attribute: str) -> None:
    tree = json.loads(JSONFormat().write(cloud_event(JSON_TREE, "application/json")))
    del tree[attribute]
    rejection = refused(raw(json.dumps(tree), "application/cloudevents+json"))
    assert rejection.reason is Reason.UNDECODABLE
    assert attribute in rejection.detail


def test_the_process_is_found_by_the_data_when_nothing_names_it() -> None:
    issued = event("issued", "r", 1, cents=5)
    assert prepared(raw(issued.SerializeToString(), "application/protobuf")).router is RECEIPT
    assert prepared(raw(json_format.MessageToJson(issued))).router is RECEIPT


def test_data_that_fit_two_processes_are_not_guessed() -> None:
    class Twin(ParcelRouter):
        pass

    rejection = refused(raw(WIRE, "application/protobuf"), [PARCEL, Twin()])
    assert rejection.reason is Reason.INVALID
    assert "messageType" in rejection.detail


def test_a_timestamp_out_of_range_is_invalid() -> None:
    envelope = event("posted", "p", 1)
    envelope.meta.observed_at.seconds = 2**60
    assert refused(raw(envelope.SerializeToString(), "application/protobuf")).reason is Reason.INVALID


def test_a_key_too_long_for_a_workflow_id_is_invalid() -> None:
    rejection = refused(raw(event("posted", "x" * 1001, 1).SerializeToString(), "application/protobuf"))
    assert rejection.reason is Reason.INVALID
    assert "xxx" not in rejection.detail


SECRET = "hunter2"


@pytest.mark.parametrize(
    "body",
    [
        {"meta": {"schemaVersion": SECRET}},
        {"meta": SECRET},
        {"meta": {"key": {"tenantId": {"a": SECRET}}}},
        {"posted": {"label": f"{SECRET}\x00"}},
        {"meta": {"observedAt": SECRET}, "posted": {}},
    ],
)
def test_no_value_of_a_message_is_repeated(body: dict[str, Any]) -> None:
    rejection = refused(raw(json.dumps(body)), [PARCEL])
    assert SECRET not in rejection.detail
    assert SECRET not in str(rejection)


def test_the_field_with_a_value_of_the_wrong_kind_is_named() -> None:
    rejection = refused(raw('{"meta": {"schemaVersion": "two"}}'), [PARCEL])
    assert "meta.schemaVersion" in rejection.detail


CONTENT_TYPES = st.sampled_from(
    [
        "application/protobuf",
        "application/json",
        "application/cloudevents+json",
        "text/json",
        "x",
        "application/protobuf; messageType=\x00",
    ]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["meta", "posted", "key", "data", "id"]) | st.text(), inner)
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["ce-specversion", "ce-id", "ce-type", "ce-source", "ce-time", "ce-", "ce-DATA", "content-type"]
    ),
    st.text() | st.sampled_from(["1.0", "parcels.Posted.v1", "application/json"]),
)
BODIES = st.one_of(
    st.binary(),
    st.binary().map(lambda noise: WIRE[: len(noise)] + noise + WIRE[len(noise) :]),
    JSON_VALUES.map(lambda tree: json.dumps(tree).encode()),
    JSON_VALUES.map(lambda tree: json.dumps({**JSON_TREE, "posted": tree}).encode()),
    JSON_VALUES.map(
        lambda tree: json.dumps(
            {"specversion": "1.0", "id": "1", "source": "/", "type": "parcels.Posted.v1", "data": tree}
        ).encode()
    ),
    st.integers(1, 5000).map(lambda depth: b'{"meta":' * depth),
    st.integers(1, 5000).map(lambda depth: b"[" * depth + b"]" * depth),
)


@pytest.mark.requirement("R089")
@settings(max_examples=500)
@given(body=BODIES, content_type=CONTENT_TYPES, headers=HEADERS)
def test_whatever_comes_is_an_event_or_a_rejection(
    body: bytes, content_type: str, headers: dict[str, str]
) -> None:
    message = RawMessage(
        subscription="s", adapter="a", position="p", body=body, content_type=content_type, headers=headers
    )
    detail = "it is an event"
    try:
        for part in split(message):
            prepared(part)
    except Rejection as rejection:
        detail = rejection.detail
    assert detail.isprintable()


def test_a_batch_of_more_events_than_any_needs_is_too_large() -> None:
    with pytest.raises(Rejection) as caught:
        split(raw("[" + "0," * 10_000 + "0]", "application/cloudevents-batch+json"))
    assert caught.value.reason is Reason.TOO_LARGE
    assert len(split(raw("[" + "0," * 9_999 + "0]", "application/cloudevents-batch+json"))) == 10_000
