"""Attributes of a CloudEvent in the envelope: what is empty is filled, what contradicts it is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.protobuf import json_format

from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import RawMessage, Reason, Rejection
from process_runtime.ingress.validate import validate
from tests.runtime.ingress.parcels import ParcelRouter, ReceiptRouter, event

ROUTERS = (ParcelRouter(), ReceiptRouter())


def binary(prefix: str, envelope: Any, attributes: dict[str, str]) -> RawMessage:
    known = {"specversion": "1.0", "id": "1", "source": "/tests", "type": "parcels.Posted.v1"} | attributes
    return RawMessage(
        subscription="parcels",
        adapter="test",
        position="1",
        body=envelope.SerializeToString(),
        content_type="application/protobuf",
        headers={f"{prefix}{name}": value for name, value in known.items()}
        | {"content-type": "application/protobuf"},
    )


def structured(envelope: Any, attributes: dict[str, Any]) -> RawMessage:
    known = {"specversion": "1.0", "id": "1", "source": "/tests", "type": "parcels.Posted.v1"} | attributes
    body = json.dumps(known | {"data": json_format.MessageToDict(envelope)}).encode()
    content_type = "application/cloudevents+json; charset=utf-8"
    return RawMessage(
        subscription="parcels", adapter="test", position="1", body=body, content_type=content_type
    )


def messages(envelope: Any, attributes: dict[str, str]) -> list[RawMessage]:
    return [
        binary("ce-", envelope, attributes),
        binary("ce_", envelope, attributes),
        structured(envelope, attributes),
    ]


def taken(message: RawMessage) -> Any:
    decoded = decode(message, ROUTERS)
    validate(decoded)
    return decoded.envelope


def refused(message: RawMessage) -> Rejection:
    with pytest.raises(Rejection) as caught:
        taken(message)
    assert caught.value.reason is Reason.INVALID
    assert caught.value.process == "parcel"
    return caught.value


@pytest.mark.requirement("R157")
def test_correlation_and_causation_fill_what_the_producer_left_empty() -> None:
    for message in messages(event("posted", "p1", 1), {"correlationid": "c-1", "causationid": "e-0"}):
        meta = taken(message).meta
        assert (meta.correlation_id, meta.causation_id) == ("c-1", "e-0")


def test_what_the_producer_wrote_stays() -> None:
    envelope = event("posted", "p1", 1)
    envelope.meta.correlation_id = "mine"
    for message in messages(envelope, {"correlationid": "c-1", "causationid": "e-0"}):
        meta = taken(message).meta
        assert (meta.correlation_id, meta.causation_id) == ("mine", "e-0")


@pytest.mark.parametrize("name", ["tenant", "tenantid"])
def test_the_tenant_fills_an_empty_key_field(name: str) -> None:
    envelope = event("posted", "p1", 1)
    envelope.meta.key.tenant_id = ""
    for message in messages(envelope, {name: "globex"}):
        assert taken(message).meta.key.tenant_id == "globex"


def test_a_tenant_that_contradicts_the_key_is_invalid() -> None:
    for message in messages(event("posted", "p1", 1), {"tenant": "globex"}):
        rejection = refused(message)
        assert "meta.key.tenant_id" in rejection.detail
        assert "globex" not in str(rejection)


def test_the_same_tenant_twice_is_no_contradiction() -> None:
    for message in messages(event("posted", "p1", 1), {"tenant": "acme"}):
        assert taken(message).meta.key.tenant_id == "acme"


def test_a_contract_without_the_fields_is_left_alone() -> None:
    attributes = {"correlationid": "c-1", "tenant": "globex", "type": "parcels.Issued.v1"}
    for message in messages(event("issued", "r1", 1, cents=5), attributes):
        assert taken(message) == event("issued", "r1", 1, cents=5)


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"correlationid": 7, "causationid": True}, id="not text"),
        pytest.param({"correlationid": None, "causationid": "", "tenant": None}, id="empty"),
        pytest.param({"correlationid": ["c-1"], "causationid": {"a": 1}}, id="not even scalars"),
    ],
)
def test_what_is_no_text_fills_nothing(attributes: dict[str, Any]) -> None:
    assert taken(structured(event("posted", "p1", 1), attributes)) == event("posted", "p1", 1)


@pytest.mark.parametrize(
    "uri", ["https://schemas.example.com/parcels/v2", "urn:schema:parcels.Posted.v2.1", "v2"]
)
def test_a_schema_of_another_major_version_is_invalid(uri: str) -> None:
    for message in messages(event("posted", "p1", 1), {"dataschema": uri}):
        assert "dataschema" in refused(message).detail


@pytest.mark.parametrize(
    "uri",
    [
        "https://schemas.example.com/parcels/v1",
        "https://schemas.example.com/parcels/v1.7.json",
        "urn:schema:parcels.Posted.v1",
        "https://registry.example.com/schemas/ids/2",
        "urn:process:schema:parcels-value",
        "#/dev2",
    ],
)
def test_a_schema_that_names_no_other_version_is_taken(uri: str) -> None:
    for message in messages(event("posted", "p1", 1), {"dataschema": uri}):
        assert taken(message) == event("posted", "p1", 1)


def test_the_schema_may_name_the_schema_version_of_the_event() -> None:
    envelope = event("posted", "p1", 1)
    envelope.meta.schema_version = 2
    for message in messages(envelope, {"dataschema": "urn:schema:parcels.v2"}):
        assert taken(message) == envelope


def test_base64_data_need_no_content_type() -> None:
    known = {"specversion": "1.0", "id": "1", "source": "/tests", "type": "parcels.Posted.v1"}
    envelope = event("posted", "p1", 1)
    for data in (envelope.SerializeToString(), json_format.MessageToJson(envelope).encode()):
        body = json.dumps(known | {"data_base64": base64.b64encode(data).decode()}).encode()
        message = RawMessage(
            subscription="parcels",
            adapter="test",
            position="1",
            body=body,
            content_type="application/cloudevents+json",
        )
        assert taken(message) == envelope


def test_a_structured_event_may_repeat_its_attributes_in_headers() -> None:
    envelope = event("posted", "p1", 1)
    for prefix in ("ce-", "ce_"):
        message = structured(envelope, {})
        headers = binary(prefix, envelope, {"type": "parcels.Delivered.v1"}).headers
        both = RawMessage(
            subscription="parcels",
            adapter="test",
            position="1",
            body=message.body,
            content_type=message.content_type,
            headers=headers,
        )
        assert taken(both) == envelope
