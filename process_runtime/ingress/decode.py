"""First stage: from the bytes of a message to an envelope of one of the processes served here.

An envelope comes as protobuf, as protobuf JSON, or as the data of a CloudEvent. Whatever the bytes are, the
result is an envelope or a `Rejection`; never another exception.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import Message as Header
from functools import cache
from typing import Any, Final

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from process_runtime import cloudevents
from process_runtime.cloudevents import media_type
from process_runtime.ingress.attributes import fill_attributes
from process_runtime.ingress.events import RawMessage, Reason, Rejection
from process_runtime.ingress.json_envelope import parse_tree
from process_runtime.ingress.router import Router
from process_runtime.tracing import TraceContext, trace_context

__all__ = ["Decoded", "decode", "split"]

_PROTOBUF: Final = frozenset(
    {"application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf"}
)
_JSON: Final = re.compile(r"(application|text)/(json|[a-z0-9.-]+\+json)")
# A body of megabytes could be millions of elements, each an event to be refused.
_MAX_BATCH: Final = 10_000
_FIELD_OF_PARSE_ERROR: Final = re.compile(r"Failed to parse (\w+) field: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An envelope, the router that knows it, and what the transport says about it."""

    message: RawMessage
    router: Router[Any]
    envelope: Message
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Those of the CloudEvent; empty when the message is none."""
    has_unknown_fields: bool = False
    """The producer knows fields at the top of the envelope that this contract does not."""
    trace: TraceContext | None = None
    """What the transport says: the attributes of the CloudEvent, else the message's headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """An envelope in one of its encodings, before anybody knows whose it is."""

    content_type: str
    value: Any
    """Bytes, or a JSON value that has been parsed already."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    trace: TraceContext | None = None


def split(message: RawMessage) -> list[RawMessage]:
    """Return the single events of a CloudEvents batch as messages of their own; any other message as it is.

    Raises:
        Rejection: The message says it is a batch and is none, or has more events than any batch needs.
    """
    if media_type(message.content_type) != cloudevents.BATCH_MEDIA_TYPE:
        return [message]
    try:
        events = cloudevents.split_batch(message.body, _MAX_BATCH)
    except cloudevents.TooManyEventsError as error:
        raise Rejection(Reason.TOO_LARGE, str(error)) from None
    except cloudevents.CloudEventError as error:
        raise Rejection(Reason.UNDECODABLE, str(error)) from None
    return [
        replace(
            message,
            position=f"{message.position}#{number}",
            body=event,
            content_type=cloudevents.STRUCTURED_MEDIA_TYPE,
        )
        for number, event in enumerate(events)
    ]


def decode(message: RawMessage, routers: Sequence[Router[Any]]) -> Decoded:
    """Return the envelope in `message`.

    Which process it belongs to follows from the CloudEvents type or the ``messageType`` parameter of the
    content type where there is one, else from the one envelope type that the data fit.

    Raises:
        Rejection: It holds no envelope of any of `routers`, or could be an envelope of several.
    """
    data = _data(message)
    candidates = _candidates(data, routers)
    fits: list[Decoded] = []
    failures: list[str] = []
    for router in candidates:
        try:
            envelope, unknown = _parse(data, router.envelope_type)
        except _ParseError as error:
            failures.append(str(error))
        else:
            fits.append(
                Decoded(
                    message=message,
                    router=router,
                    envelope=envelope,
                    attributes=data.attributes,
                    has_unknown_fields=unknown,
                    trace=data.trace,
                )
            )
    process = candidates[0].contract.name if len(candidates) == 1 else ""
    if not fits:
        detail = failures[0] if len(failures) == 1 else "the data are no envelope of any process served here"
        raise Rejection(Reason.UNDECODABLE, detail, process=process)
    decoded = _only(fits)
    if decoded.attributes:
        fill_attributes(decoded.router, decoded.envelope, decoded.attributes)
    return decoded


def _data(message: RawMessage) -> _Data:
    trace = trace_context(message.headers.get("traceparent"), message.headers.get("tracestate"))
    try:
        event = cloudevents.read_event(message.content_type, message.headers, message.body)
    except cloudevents.CloudEventError as error:
        raise Rejection(Reason.UNDECODABLE, str(error)) from None
    if event is None:
        return _Data(content_type=message.content_type, value=message.body, trace=trace)
    data: Any = event.get_data()
    # Base64 data without a content type are anything; an envelope in JSON begins with a brace.
    binary = isinstance(data, bytes) and not data.lstrip().startswith(b"{")
    content_type = event.get_datacontenttype() or ("application/protobuf" if binary else "application/json")
    if isinstance(data, str):
        # JSON text inside a JSON string is how some producers write an object; nothing else could be meant.
        data = data.encode(errors="surrogatepass")
    # Of the event itself, where the headers are those of its last hop.
    own = trace_context(event.get_extension("traceparent"), event.get_extension("tracestate"))
    return _Data(content_type=content_type, value=data, attributes=event.get_attributes(), trace=own or trace)


def _candidates(data: _Data, routers: Sequence[Router[Any]]) -> Sequence[Router[Any]]:
    message_type = _parameter(data.content_type, "messageType") or _parameter(data.content_type, "proto")
    if message_type:
        routers = [router for router in routers if router.envelope_type.DESCRIPTOR.full_name == message_type]
        if not routers:
            raise Rejection(Reason.UNKNOWN_TYPE, "messageType names an envelope of no process served here")
    if event_type := data.attributes.get("type"):
        known = [router for router in routers if event_type in router.contract.event_types]
        if not known:
            process = routers[0].contract.name if len(routers) == 1 else ""
            raise Rejection(
                Reason.UNKNOWN_TYPE,
                "the CloudEvents type is none of the contract's event types",
                process=process,
            )
        routers = known
    return routers


class _ParseError(Exception):
    pass


def _parse(data: _Data, envelope_type: type[Message]) -> tuple[Message, bool]:
    """The envelope, and whether its top level has fields that the type does not know."""
    kind = media_type(data.content_type)
    name = envelope_type.DESCRIPTOR.full_name
    if kind in _PROTOBUF:
        if not isinstance(data.value, bytes):
            raise _ParseError(f"the data are not the bytes of a {name}")
        try:
            envelope = envelope_type.FromString(data.value)
        except Exception:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
            raise _ParseError(f"the data are not the bytes of a {name}") from None
        return envelope, len(UnknownFieldSet(envelope)) > 0
    if _JSON.fullmatch(kind):
        return _parse_json(data.value, envelope_type)
    raise Rejection(
        Reason.UNDECODABLE,
        "the content type is none of application/json, application/protobuf and the CloudEvents JSON formats",
        unsupported_media_type=True,
    )


def _parse_json(value: Any, envelope_type: type[Message]) -> tuple[Message, bool]:
    descriptor = envelope_type.DESCRIPTOR
    try:
        tree = json.loads(value) if isinstance(value, bytes) else value
    except (ValueError, RecursionError):
        raise _ParseError("the data are not JSON") from None
    if not isinstance(tree, dict):
        raise _ParseError(f"the data are not a JSON object, so no {descriptor.full_name}")
    try:
        # Contracts grow by adding fields: a newer producer's field is as welcome in JSON as it is in binary.
        envelope = parse_tree(tree, envelope_type)
    except Exception as error:  # noqa: BLE001  (a parser of hostile input: whatever it raises, the input is bad)
        # The library's texts quote values; the names of the fields are all that may be repeated.
        path = ".".join(_field_path(str(error)))
        where = f": {path} has a value of the wrong kind" if path else ""
        raise _ParseError(f"the data are not the JSON form of a {descriptor.full_name}{where}") from None
    return envelope, not tree.keys() <= _names(descriptor)


@cache
def _names(descriptor: Descriptor) -> frozenset[str]:
    """The fields of a message, by either name."""
    return frozenset(name for field in descriptor.fields for name in (field.name, field.json_name))


def _field_path(text: str) -> list[str]:
    names = []
    position = 0
    while match := _FIELD_OF_PARSE_ERROR.match(text, position):
        names.append(match[1])
        position = match.end()
    return names


def _only(fits: Sequence[Decoded]) -> Decoded:
    """The envelope whose payload is set and whose required fields are filled, if data fit several types."""
    if len(fits) == 1:
        return fits[0]
    known = [fit for fit in fits if fit.router.route_of(fit.envelope) is not None]
    if not known:
        if any(fit.has_unknown_fields for fit in fits):
            raise Rejection(Reason.UNKNOWN_TYPE, "the payload is of a type that no process served here knows")
        raise Rejection(Reason.INVALID, "required fields are empty: the event has no payload")
    whole = [fit for fit in known if not fit.router.missing(fit.envelope)] or known
    if len(whole) > 1:
        names = ", ".join(sorted(fit.router.envelope_type.DESCRIPTOR.full_name for fit in whole))
        raise Rejection(
            Reason.INVALID,
            f"the data fit several envelopes ({names}): name one in the messageType parameter "
            "of the content type, or send a CloudEvent",
        )
    return whole[0]


def _parameter(content_type: str, name: str) -> str:
    if ";" not in content_type:
        return ""
    header = Header()
    header["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    value = header.get_param(name)
    return value if isinstance(value, str) else ""
