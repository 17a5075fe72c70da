"""Protobuf JSON into a message, as ``google.protobuf.json_format`` does it, and sooner.

That library looks at descriptors again for every field of every message, which is most of what decoding an
event costs. Here a type is looked at once, and only what is usual is converted: text, numbers, booleans,
enums by name, times in UTC, durations and other single values, messages, and lists of these. Anything else,
whatever is wrong included, is left to the library, whole: what it says holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

__all__ = ["parse_tree"]

_TIMESTAMP: Final = re.compile(r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
_INTEGER: Final = re.compile(r"-?\d{1,20}", re.ASCII)
# The library knows how, and there is nothing below them.
_SINGLE_VALUES: Final = frozenset(
    f"google.protobuf.{name}"
    for name in (
        "Duration",
        "FieldMask",
        "BoolValue",
        "BytesValue",
        "DoubleValue",
        "FloatValue",
        "Int32Value",
        "Int64Value",
        "StringValue",
        "UInt32Value",
        "UInt64Value",
    )
)
_KNOWN: Final = _SINGLE_VALUES | {"google.protobuf.Timestamp"}
# The library's own limit is 100, and what is nearer is left to it.
_MAX_DEPTH: Final = 90


class _Unusual(Exception):  # noqa: N818  (the library's business, not an error)
    pass


class _Field(NamedTuple):
    name: str
    exclusive: str
    """Its oneof, or itself: what may be set once."""
    convert: Callable[[Any], Any] | None
    message: Descriptor | None
    repeated: bool


def parse_tree(tree: dict[str, Any], message_type: type[Message]) -> Message:
    """Return the message whose JSON form is `tree`; fields that its type does not know are skipped.

    Raises:
        Exception: Whatever ``json_format.ParseDict`` raises.
    """
    try:
        message = message_type()
        _fill(message, tree, 0)
    except Exception:  # noqa: BLE001  (also what setting a field raises; the library says what it means)
        message = message_type()
        json_format.ParseDict(tree, message, ignore_unknown_fields=True)
    return message


def _fill(message: Any, tree: Any, depth: int) -> None:
    if type(tree) is not dict or depth > _MAX_DEPTH:
        raise _Unusual
    fields = _fields(message.DESCRIPTOR)
    seen: set[str] = set()
    for key, value in tree.items():
        field = fields.get(key)
        if field is None:
            if key.startswith("["):
                raise _Unusual
            continue
        if field.exclusive in seen:
            raise _Unusual
        seen.add(field.exclusive)
        if field.repeated:
            _extend(getattr(message, field.name), field, value, depth)
        elif field.convert is not None:
            setattr(message, field.name, field.convert(value))
        else:
            _into(getattr(message, field.name), field, value, depth)


def _extend(items: Any, field: _Field, value: Any, depth: int) -> None:
    if type(value) is not list or (field.convert is None and field.message is None):
        raise _Unusual
    if field.convert is not None:
        items.extend([field.convert(item) for item in value])
    else:
        for item in value:
            _into(items.add(), field, item, depth)


def _into(message: Any, field: _Field, value: Any, depth: int) -> None:
    if field.message is None:
        raise _Unusual
    message.SetInParent()
    if field.message.full_name == "google.protobuf.Timestamp":
        _set_timestamp(message, value)
    elif field.message.full_name in _SINGLE_VALUES:
        if value is None:
            raise _Unusual
        json_format.ParseDict(value, message)
    else:
        _fill(message, value, depth + 1)


def _set_timestamp(timestamp: Any, value: Any) -> None:
    match = _TIMESTAMP.fullmatch(value)
    if match is None:
        raise _Unusual
    timestamp.seconds = int(datetime.fromisoformat(f"{match[1]}+00:00").timestamp())
    timestamp.nanos = int((match[2] or "").ljust(9, "0"))


@cache
def _fields(descriptor: Descriptor) -> Mapping[str, _Field]:
    """The fields of a message by the names they may have in JSON."""
    fields = {field.name: _field(field) for field in descriptor.fields}
    return fields | {field.json_name: fields[field.name] for field in descriptor.fields}


def _field(field: FieldDescriptor) -> _Field:
    message = field.message_type
    usual = message is None or not (
        message.GetOptions().map_entry
        or (message.full_name.startswith("google.protobuf.") and message.full_name not in _KNOWN)
    )
    return _Field(
        name=field.name,
        exclusive=field.containing_oneof.name if field.containing_oneof else field.name,
        convert=None if message is not None else _converter(field),
        message=message if usual else None,
        repeated=field.is_repeated,
    )


def _converter(field: FieldDescriptor) -> Callable[[Any], Any]:
    if field.type == FieldDescriptor.TYPE_STRING:
        return _text
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return _number
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _boolean
    if field.cpp_type in _INTEGERS:
        return _integer
    if field.enum_type is not None:
        numbers = {value.name: value.number for value in field.enum_type.values}
        return numbers.__getitem__
    return _unusual


_INTEGERS: Final = frozenset(
    {
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
    }
)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _Unusual
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _Unusual
    return value


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    raise _Unusual


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise _Unusual
    return float(value)


def _unusual(_value: Any) -> Any:
    raise _Unusual
