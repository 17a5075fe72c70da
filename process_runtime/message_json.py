"""A protobuf message as JSON, as ``google.protobuf.json_format`` has it, and sooner.

That library looks at descriptors again for every field of every message, which is most of what encoding a
payload costs. Here a type is looked at once, and only what is usual is converted; messages with anything else
are left to the library, whole: what it says holds.
"""

from __future__ import annotations

import contextlib
import math
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

__all__ = ["tree_of"]

_Convert: TypeAlias = Callable[[Any], Any]

_SAME: Final = frozenset(
    {
        FieldDescriptor.TYPE_STRING,
        FieldDescriptor.TYPE_BOOL,
        FieldDescriptor.TYPE_INT32,
        FieldDescriptor.TYPE_SINT32,
        FieldDescriptor.TYPE_UINT32,
        FieldDescriptor.TYPE_FIXED32,
        FieldDescriptor.TYPE_SFIXED32,
    }
)
_FLOAT: Final = struct.Struct("<f")


def tree_of(message: Message) -> Any:
    """Return what ``json_format.MessageToDict`` returns for `message`; fields may be in another order."""
    try:
        return _convert(message)
    except ValueError:
        # The library says which field it is.
        return json_format.MessageToDict(message)


def _convert(message: Message) -> Any:
    fields = _fields(message.DESCRIPTOR)
    if fields is None:
        return json_format.MessageToDict(message)
    tree = {}
    for field, value in message.ListFields():
        known = fields.get(field.number)
        if known is None:  # an extension
            return json_format.MessageToDict(message)
        name, convert = known
        tree[name] = value if convert is None else convert(value)
    return tree


@cache
def _fields(descriptor: Descriptor) -> Mapping[int, tuple[str, _Convert | None]] | None:
    """By number the JSON name, and what converts the value unless it stays as it is; None if unusual."""
    if descriptor.file.package == "google.protobuf":
        return None
    fields = {}
    for field in descriptor.fields:
        try:
            fields[field.number] = (field.json_name, _converter(field))
        except NotImplementedError:
            return None
    return fields


def _converter(field: FieldDescriptor) -> _Convert | None:
    """What converts the value of a field.

    Raises:
        NotImplementedError: Its kind is left to the library.
    """
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        keys, values = (field.message_type.fields_by_name[name] for name in ("key", "value"))
        if keys.type == FieldDescriptor.TYPE_BOOL:
            raise NotImplementedError
        return _map_of(_single(values) or _same)
    convert = _single(field)
    return _list_of(convert or _same) if field.is_repeated else convert


def _single(field: FieldDescriptor) -> _Convert | None:
    kind = field.type
    if kind in _SAME:
        return None
    if kind in _CONVERT:
        return _CONVERT[kind]
    if kind == FieldDescriptor.TYPE_MESSAGE and field.message_type is not None:
        return _text if field.message_type.full_name in _TEXTS else _convert
    if kind == FieldDescriptor.TYPE_ENUM and field.enum_type is not None:
        return _enum(field.enum_type)
    raise NotImplementedError


def _enum(descriptor: EnumDescriptor) -> _Convert:
    # Options of a value may name it otherwise.
    if descriptor.is_closed or any(value.has_options for value in descriptor.values):
        raise NotImplementedError
    if descriptor.file.package == "google.protobuf":  # NullValue
        raise NotImplementedError
    names = {number: value.name for number, value in descriptor.values_by_number.items()}

    def convert(number: int) -> str | int:
        return names.get(number, number)

    return convert


_TEXTS: Final = frozenset(f"google.protobuf.{name}" for name in ("Timestamp", "Duration", "FieldMask"))


def _text(message: Any) -> str:
    text: str = message.ToJsonString()
    return text


def _same(value: Any) -> Any:
    return value


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _double(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _float(value: float) -> float | str:
    """The shortest decimal that is this number in four bytes."""
    if not math.isfinite(value):
        return _double(value)
    for digits in range(6, 9):
        short = float(f"{value:.{digits}g}")
        with contextlib.suppress(OverflowError):
            if _FLOAT.unpack(_FLOAT.pack(short))[0] == value:
                return short
    return float(f"{value:.9g}")


_CONVERT: Final[Mapping[int, _Convert]] = {
    FieldDescriptor.TYPE_INT64: str,
    FieldDescriptor.TYPE_SINT64: str,
    FieldDescriptor.TYPE_UINT64: str,
    FieldDescriptor.TYPE_FIXED64: str,
    FieldDescriptor.TYPE_SFIXED64: str,
    FieldDescriptor.TYPE_BYTES: _base64,
    FieldDescriptor.TYPE_DOUBLE: _double,
    FieldDescriptor.TYPE_FLOAT: _float,
}


def _list_of(convert: _Convert) -> _Convert:
    return lambda values: [convert(value) for value in values]


def _map_of(convert: _Convert) -> _Convert:
    return lambda values: {str(key): convert(value) for key, value in values.items()}
