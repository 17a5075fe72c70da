"""Writes an event whose data are a protobuf message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings import http, kafka
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.protobuf import json_format
from google.protobuf.message import Message

from process_runtime.cloudevents.errors import as_error
from process_runtime.cloudevents.media_types import STRUCTURED_MEDIA_TYPE

__all__ = ["Binding", "EventMessage", "write_binary", "write_structured"]

Binding: TypeAlias = Literal["http", "kafka", "nats"]
"""A transport whose headers carry attributes in binary content mode."""

_PROTOBUF: Final = "application/protobuf"
_FORMAT: Final = JSONFormat()


@dataclass(frozen=True, slots=True)
class EventMessage:
    """An event on its way out: what to send, whatever the transport."""

    headers: dict[str, str]
    """Names in lower case. Kafka's are text in UTF-8; those of HTTP and NATS are ASCII."""
    body: bytes


def write_binary(attributes: Mapping[str, str], data: Message, binding: Binding = "http") -> EventMessage:
    """Return an event in binary content mode, its data in protobuf's binary format.

    Args:
        attributes: Of the event, but for ``specversion`` and ``datacontenttype``.
        data: Its data.
        binding: How the headers are named and escaped.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    event = _event(attributes, _PROTOBUF, data.SerializeToString(deterministic=True))
    if binding == "kafka":
        record = kafka.to_binary(event, _FORMAT)
        return EventMessage({name: value.decode() for name, value in record.headers.items()}, record.value)
    message = http.to_binary(event, _FORMAT)
    headers = message.headers
    if binding == "nats":
        # The binding of NATS treats it as any other attribute; readers of HTTP's look for the other name.
        headers = headers | {f"{http.CE_PREFIX}datacontenttype": _PROTOBUF}
    return EventMessage(headers, message.body)


def write_structured(attributes: Mapping[str, str], data: Message) -> EventMessage:
    """Return an event in structured content mode, its data as protobuf JSON; equal in every binding.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    event = _event(attributes, "application/json", json_format.MessageToDict(data))
    return EventMessage({"content-type": STRUCTURED_MEDIA_TYPE}, _FORMAT.write(event))


def _event(attributes: Mapping[str, str], content_type: str, data: bytes | dict[str, Any]) -> BaseCloudEvent:
    try:
        time = datetime.fromisoformat(attributes["time"])
        return CloudEvent({**attributes, "time": time, "datacontenttype": content_type}, data)
    except (CloudEventValidationError, KeyError, ValueError) as error:
        raise as_error(error) from None
