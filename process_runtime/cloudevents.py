"""CloudEvents 1.0 on the wire, with the ``cloudevents`` library: binary, structured and batched content mode.

The data of an event is an envelope. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.common import get_event_factory_for_version
from cloudevents.core.bindings.http import CE_PREFIX, HTTPMessage, from_binary, to_binary
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.protobuf import json_format
from google.protobuf.message import Message

__all__ = [
    "BATCH_MEDIA_TYPE",
    "STRUCTURED_MEDIA_TYPE",
    "CloudEventError",
    "is_binary",
    "read_binary",
    "read_structured",
    "split_batch",
    "write_binary",
    "write_structured",
]

STRUCTURED_MEDIA_TYPE: Final = "application/cloudevents+json"
BATCH_MEDIA_TYPE: Final = "application/cloudevents-batch+json"

_REQUIRED: Final = ("id", "source", "specversion", "type")


class CloudEventError(ValueError):
    """These bytes are no CloudEvent. The message names attributes and holds no value."""


class _RawDataFormat(JSONFormat):
    """Leaves data in binary mode as the bytes they are: decoding them is the envelope's business."""

    def read_data(
        self,
        body: bytes,
        datacontenttype: str | None,  # noqa: ARG002  (the library's signature)
    ) -> dict[str, Any] | str | bytes | None:
        return body


def is_binary(headers: Mapping[str, str]) -> bool:
    """Whether `headers`, names in lower case, are those of an event in binary content mode."""
    return f"{CE_PREFIX}specversion" in headers


def read_binary(headers: Mapping[str, str], body: bytes) -> BaseCloudEvent:
    """Return the event in binary content mode; its data are the bytes of `body`.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    known = {
        name: value for name, value in headers.items() if name.startswith(CE_PREFIX) or name == "content-type"
    }
    try:
        return from_binary(HTTPMessage(known, body), _RawDataFormat(), _strict)
    except Exception as error:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
        raise _as_error(error) from None


def read_structured(body: bytes) -> BaseCloudEvent:
    """Return the event in structured content mode; its data are bytes, text or a JSON value.

    Raises:
        CloudEventError: The bytes are not JSON, or an attribute is missing or malformed.
    """
    try:
        return JSONFormat().read(_strict, body)
    except Exception as error:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
        raise _as_error(error) from None


def split_batch(body: bytes) -> list[bytes]:
    """Return the events of a batch, each as the bytes of its structured form.

    The library has no batched mode; a batch is a JSON array of structured events.

    Raises:
        CloudEventError: The bytes are not a JSON array.
    """
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        raise CloudEventError("a CloudEvents batch is a JSON array, and this is not JSON") from None
    if not isinstance(events, list):
        raise CloudEventError("a CloudEvents batch is a JSON array, and this is another JSON value")
    return [json.dumps(event).encode() for event in events]


def write_binary(attributes: Mapping[str, str], data: Message) -> HTTPMessage:
    """Return the headers and body of an event in binary content mode, its data in protobuf's binary format.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    event = _event(attributes, "application/protobuf", data.SerializeToString(deterministic=True))
    return to_binary(event, JSONFormat())


def write_structured(attributes: Mapping[str, str], data: Message) -> bytes:
    """Return an event in structured content mode, its data as protobuf JSON.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    return JSONFormat().write(_event(attributes, "application/json", json_format.MessageToDict(data)))


def _event(attributes: Mapping[str, str], content_type: str, data: bytes | dict[str, Any]) -> BaseCloudEvent:
    try:
        time = datetime.fromisoformat(attributes["time"])
        return CloudEvent({**attributes, "time": time, "datacontenttype": content_type}, data)
    except (CloudEventValidationError, KeyError, ValueError) as error:
        raise _as_error(error) from None


def _strict(attributes: dict[str, Any], data: dict[str, Any] | str | bytes | None) -> BaseCloudEvent:
    """Build the event, without the defaults that the library has for what the specification requires."""
    missing = [name for name in _REQUIRED if not attributes.get(name)]
    if missing:
        raise CloudEventError(f"required CloudEvents attributes are missing: {', '.join(missing)}")
    return get_event_factory_for_version(attributes["specversion"])(attributes, data)


def _as_error(error: Exception) -> CloudEventError:
    if isinstance(error, CloudEventError):
        return error
    if isinstance(error, CloudEventValidationError):
        # Extension names are the sender's to choose; only those of the specification are repeated.
        names = [name for name in error.errors if name.isalnum() and len(name) <= 20]
        return CloudEventError(
            f"CloudEvents attributes are malformed: {', '.join(sorted(names)) or 'extensions'}"
        )
    return CloudEventError("this is not a CloudEvent in JSON format")
