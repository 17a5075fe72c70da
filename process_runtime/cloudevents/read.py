"""Reads an event from a message of any binding, in any content mode."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from cloudevents.core.base import BaseCloudEvent, EventFactory
from cloudevents.core.bindings import http, kafka
from cloudevents.core.bindings.common import get_event_factory_for_version
from cloudevents.core.formats.json import JSONFormat

from process_runtime.cloudevents.errors import CloudEventError, TooManyEventsError, as_error
from process_runtime.cloudevents.media_types import (
    HTTP_PREFIX,
    KAFKA_PREFIX,
    STRUCTURED_MEDIA_TYPE,
    is_binary,
    media_type,
)

__all__ = ["read_binary", "read_event", "read_structured", "split_batch"]

_REQUIRED: Final = ("id", "source", "specversion", "type")
_CONTENT_TYPE: Final = "content-type"
_DATA_CONTENT_TYPE: Final = f"{HTTP_PREFIX}datacontenttype"
_HTTP_TIME: Final = f"{HTTP_PREFIX}time"
_KAFKA_TIME: Final = f"{KAFKA_PREFIX}time"
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class _RawDataFormat(JSONFormat):
    """Leaves data in binary mode as the bytes they are: decoding them is the envelope's business."""

    def read_data(
        self,
        body: bytes,
        datacontenttype: str | None,  # noqa: ARG002  (the library's signature)
    ) -> dict[str, Any] | str | bytes | None:
        return body


_FORMAT: Final = _RawDataFormat()


def read_event(content_type: str, headers: Mapping[str, str], body: bytes) -> BaseCloudEvent | None:
    """Return the event in a message of any binding; None if the message is no single CloudEvent.

    Args:
        content_type: Of the message. It decides: a structured event may repeat its attributes in headers.
        headers: Names in lower case.
        body: The data, or the whole event.

    Raises:
        CloudEventError: An attribute is missing or malformed, or the bytes are not JSON.
    """
    if media_type(content_type) == STRUCTURED_MEDIA_TYPE:
        return read_structured(body)
    return read_binary(headers, body) if is_binary(headers) else None


def read_binary(headers: Mapping[str, str], body: bytes) -> BaseCloudEvent:
    """Return the event in binary content mode; its data are the bytes of `body`.

    Args:
        headers: Names in lower case; attributes are prefixed with ``ce-`` (HTTP, NATS) or ``ce_`` (Kafka).
        body: The data.

    Raises:
        CloudEventError: An attribute is missing or malformed.
    """
    try:
        if f"{HTTP_PREFIX}specversion" in headers:
            known = _http_headers(headers)
            factory = _timed(unquote(known.pop(_HTTP_TIME, "")))
            return http.from_binary(http.HTTPMessage(known, body), _FORMAT, factory)
        record = _kafka_headers(headers)
        factory = _timed(record.pop(_KAFKA_TIME, b"").decode())
        return kafka.from_binary(kafka.KafkaMessage(record, None, body), _FORMAT, factory)
    except Exception as error:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
        raise as_error(error) from None


def read_structured(body: bytes) -> BaseCloudEvent:
    """Return the event in structured content mode; its data are bytes, text or a JSON value.

    Raises:
        CloudEventError: The bytes are not JSON, or an attribute is missing or malformed.
    """
    try:
        try:
            return _FORMAT.read(_strict, body)
        except Exception:  # noqa: BLE001  (whatever the library raises for a null)
            return _FORMAT.read(_strict, _without_nulls(body))
    except Exception as error:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
        raise as_error(error) from None


def split_batch(body: bytes, max_events: int) -> list[bytes]:
    """Return the events of a batch, each as the bytes of its structured form.

    The library has no batched mode; a batch is a JSON array of structured events.

    Raises:
        TooManyEventsError: There are more than `max_events`.
        CloudEventError: The bytes are not a JSON array.
    """
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        raise CloudEventError("a CloudEvents batch is a JSON array, and this is not JSON") from None
    if not isinstance(events, list):
        raise CloudEventError("a CloudEvents batch is a JSON array, and this is another JSON value")
    if len(events) > max_events:
        raise TooManyEventsError(f"the batch has more than {max_events} events")
    return [json.dumps(event).encode() for event in events]


def _without_nulls(body: bytes) -> str:
    """`body` without its null members: an optional attribute may be written so when it is left out."""
    tree = json.loads(body)
    return json.dumps({name: value for name, value in tree.items() if value is not None})


def _http_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The attributes among `headers`, as the library reads them."""
    known = {name: _checked(value) for name, value in headers.items() if name.startswith(HTTP_PREFIX)}
    # NATS has the content type of the data as an attribute among the others.
    content_type = known.pop(_DATA_CONTENT_TYPE, None)
    content_type = headers.get(_CONTENT_TYPE) if content_type is None else unquote(content_type)
    if content_type is not None:
        known[_CONTENT_TYPE] = content_type
    return known


def _checked(value: str) -> str:
    """The value of a header without the quotes that older producers write.

    The library replaces what is no UTF-8 after percent-decoding, where the specification refuses it.

    Raises:
        UnicodeDecodeError: It is no UTF-8.
    """
    if '"' in value and (match := _QUOTED.fullmatch(value)):
        value = _ESCAPED.sub(r"\1", match[1])
    if "%" in value:
        unquote(value, errors="strict")
    return value


def _kafka_headers(headers: Mapping[str, str]) -> dict[str, bytes]:
    return {
        name: value.encode()
        for name, value in headers.items()
        if name.startswith(KAFKA_PREFIX) or name == _CONTENT_TYPE
    }


def _timed(time: str) -> EventFactory:
    """`_strict` for an event of that time, which the library would take long to parse."""
    if not time:
        return _strict
    moment = datetime.fromisoformat(time)
    return lambda attributes, data: _strict(attributes | {"time": moment}, data)


def _strict(attributes: dict[str, Any], data: dict[str, Any] | str | bytes | None) -> BaseCloudEvent:
    """Build the event, without the defaults that the library has for what the specification requires."""
    missing = [name for name in _REQUIRED if not attributes.get(name)]
    if missing:
        raise CloudEventError(f"required CloudEvents attributes are missing: {', '.join(missing)}")
    return get_event_factory_for_version(attributes["specversion"])(attributes, data)
