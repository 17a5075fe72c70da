"""Sample events of a contract, for tests that need a valid one and do not care which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from process_runtime.ingress import Router

_PREDEFINED: Final = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": "",
}
# 2026-01-01T00:00:00Z: a date is a date in every time zone's tests.
_SECONDS: Final = {"google.protobuf.Timestamp": 1_767_225_600, "google.protobuf.Duration": 60}
# Without a schema to fill them by.
_OPEN: Final = frozenset(
    f"google.protobuf.{name}" for name in ("Any", "Struct", "Value", "ListValue", "FieldMask")
)
_INTEGERS: Final = frozenset(
    {
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
    }
)
_FLOATS: Final = frozenset({FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE})


def sample_envelope(router: Router[Any], case: str, number: int = 1) -> Any:
    """Return a valid envelope with the payload `case`.

    Every singular field is set: texts to ``<field>-1``, numbers to 1, times to the first second of 2026.
    Envelopes with different numbers are different events for the same process: they differ in their
    idempotency key and aggregate version.

    Args:
        router: The contract's router.
        case: Field of the payload oneof.
        number: Which event, from 1.

    Raises:
        ValueError: The contract has no such case, or requires a field that cannot be filled.
    """
    envelope: Message = router.envelope_type()
    descriptor = envelope.DESCRIPTOR
    payload = descriptor.oneofs_by_name[router.payload_oneof]
    if case not in {field.name for field in payload.fields}:
        raise ValueError(f"{descriptor.full_name}.{payload.name} has no case {case!r}")
    for field in descriptor.fields:
        if field.name == case or field.containing_oneof is not payload:
            _fill_field(envelope, field, (descriptor,))
    if number != 1:
        _renumber(router, envelope, number)
    missing = router.missing(envelope)
    if missing:
        raise ValueError(f"a sample of {case} would lack {', '.join(missing)}")
    return envelope


def sample_message(message_type: type[Message]) -> Any:
    """Return a message with every singular field set, as :func:`sample_envelope` sets them."""
    message = message_type()
    _fill(message, ())
    return message


def _fill(message: Message, path: tuple[Any, ...]) -> None:
    descriptor = message.DESCRIPTOR
    if descriptor.full_name in _SECONDS:
        message.seconds = _SECONDS[descriptor.full_name]  # type: ignore[attr-defined]  # both have it
        return
    for field in descriptor.fields:
        # Of a oneof, the first member; a oneof of one is a proto3 `optional`.
        if field.containing_oneof is None or field.containing_oneof.fields[0] is field:
            _fill_field(message, field, (*path, descriptor))


def _fill_field(message: Message, field: Any, path: tuple[Any, ...]) -> None:
    if field.is_repeated:
        return
    if field.message_type is None:
        setattr(message, field.name, _scalar(field))
        return
    if field.message_type.full_name in _OPEN or field.message_type in path:
        return
    child = getattr(message, field.name)
    child.SetInParent()
    _fill(child, path)


def _scalar(field: Any) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        if field.type == FieldDescriptor.TYPE_BYTES:
            return b"\x01"
        return _PREDEFINED.get(field.name, f"{field.name}-1")
    if field.enum_type is not None:
        numbers = [value.number for value in field.enum_type.values]
        return next((number for number in numbers if number), numbers[0])
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return True
    if field.cpp_type in _FLOATS:
        return 1.0
    return 1


def _renumber(router: Router[Any], envelope: Message, number: int) -> None:
    """Make `envelope` another event: the idempotency key is another, the aggregate version a later one."""
    first = identity = _identity(router, envelope)
    for message, field in _scalars(envelope):
        before = getattr(message, field.name)
        is_text = field.type == FieldDescriptor.TYPE_STRING
        setattr(message, field.name, f"{field.name}-{number}" if is_text else number)
        try:
            changed = _identity(router, envelope)
        except ValueError:
            # Not every number is a value everywhere: of an enum, say.
            changed = identity
        if changed == identity:
            setattr(message, field.name, before)
        identity = changed
    if identity[0] == first[0]:
        raise ValueError("no text field of the envelope is the idempotency key")


def _identity(router: Router[Any], envelope: Message) -> tuple[str, int | None]:
    meta = router.meta_of(envelope)
    if meta is None:
        raise ValueError("the router does not know the payload")
    return meta.idempotency_key, meta.aggregate_version


def _scalars(message: Message) -> Iterator[tuple[Message, Any]]:
    """Texts and integers below `message`."""
    for field, value in message.ListFields():
        if field.is_repeated:
            continue
        if field.message_type is not None:
            yield from _scalars(value)
        elif field.type == FieldDescriptor.TYPE_STRING or field.cpp_type in _INTEGERS:
            yield message, field
