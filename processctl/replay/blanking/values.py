"""Values that stand for sensitive ones: of the same type, and equal where those were equal."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

__all__ = ["StandIns", "fields_of"]

_WORD: Final = "redacted"
_SHORT: Final = 4
_ANY: Final = "google.protobuf.Any"
_NUMBERS: Final = frozenset(
    {
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
        FieldDescriptor.CPPTYPE_FLOAT,
        FieldDescriptor.CPPTYPE_DOUBLE,
    }
)


class StandIns:
    """The values of one history that were sensitive, numbered as they came, and what stands for each.

    Workflow code compares values far more often than it looks into them. So equal values stay equal, others
    stay different, and what is empty, zero or false stays so.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self.count = 0
        """How many values were replaced."""
        self._numbers: dict[str, dict[Any, int]] = {}
        self._pattern: re.Pattern[str] | None = None

    def replace_fields(self, message: Message, sensitive: frozenset[str]) -> None:
        """Replace what stands in the sensitive fields of `message`, at any depth."""
        for field, value in fields_of(message):
            if field.full_name in sensitive:
                self._replace_field(message, field, value)
            elif _is_map(field):
                if _entry_field(field, "value").message_type is not None:
                    for key in sorted(value, key=str):
                        self.replace_fields(value[key], sensitive)
            elif field.message_type is not None:
                for held in value if field.is_repeated else [value]:
                    self.replace_fields(held, sensitive)

    def note(self, text: str) -> None:
        """Have a text replaced wherever it stands, though it stands in no sensitive field."""
        self._number("text", text)

    def replaced(self, text: str) -> str:
        """Return `text` with the sensitive texts in it replaced: a message may repeat what another marks.

        A text of fewer than four characters is replaced where it stands alone.
        """
        if self._pattern is None:
            # A longer one first, which may hold a shorter one.
            known = sorted(self._numbers.get("text", ()), key=lambda text: (-len(text), text))
            self._pattern = re.compile("|".join(map(_anywhere, known)) or r"(?!)")
        return self._pattern.sub(lambda found: self._text(found[0]), text)

    def _replace_field(self, message: Message, field: FieldDescriptor, value: Any) -> None:
        if _is_map(field):
            self._replace_map(field, value)
        elif field.message_type is not None:
            for held in value if field.is_repeated else [value]:
                self._replace_message(held)
        elif field.is_repeated:
            value[:] = [self._stand_in(field, held) for held in value]
        else:
            setattr(message, field.name, self._stand_in(field, value))

    def _replace_message(self, message: Message) -> None:
        """Replace everything in it."""
        if message.DESCRIPTOR.full_name == _ANY:
            # Of which type its content is may be as telling, and blank bytes are of none.
            self.count += 1
            message.Clear()
            return
        for field, value in fields_of(message):
            self._replace_field(message, field, value)

    def _replace_map(self, field: FieldDescriptor, entries: Any) -> None:
        key_field, value_field = _entry_field(field, "key"), _entry_field(field, "value")
        held = {key: entries[key] for key in sorted(entries, key=str)}
        copies: dict[Any, Any] = {}
        for key, value in held.items():
            new = self._stand_in(key_field, key)
            if value_field.message_type is not None:
                copies[new] = copy.copy(value)
                self._replace_message(copies[new])
            else:
                copies[new] = self._stand_in(value_field, value)
        entries.clear()
        for key, value in copies.items():
            if value_field.message_type is not None:
                entries[key].CopyFrom(value)
            else:
                entries[key] = value

    def _stand_in(self, field: FieldDescriptor, value: Any) -> Any:
        if not value:
            return value
        self.count += 1
        if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
            return False
        if field.enum_type is not None:
            return _some(field.enum_type)
        if field.cpp_type in _NUMBERS:
            return type(value)(self._number("number", value))
        if isinstance(value, bytes):
            return f"{_WORD}{self._number('bytes', value)}".encode()
        return self._text(value)

    def _text(self, value: str) -> str:
        return f"{_WORD}{self._number('text', value)}"

    def _number(self, kind: str, value: Any) -> int:
        known = self._numbers.setdefault(kind, {})
        if value not in known:
            known[value] = len(known) + 1
            self._pattern = None
        return known[value]


def fields_of(message: Message) -> list[tuple[FieldDescriptor, Any]]:
    """Return the fields of `message` that are set, by number, as a list: they are changed meanwhile."""
    found: Mapping[FieldDescriptor, Any] = dict(message.ListFields())
    return sorted(found.items(), key=lambda entry: entry[0].number)


def _anywhere(text: str) -> str:
    if len(text) < _SHORT:
        return rf"(?<![^\W_]){re.escape(text)}(?![^\W_])"
    return re.escape(text)


def _is_map(field: FieldDescriptor) -> bool:
    kind: Descriptor | None = field.message_type
    return kind is not None and kind.GetOptions().map_entry


def _entry_field(field: FieldDescriptor, name: str) -> FieldDescriptor:
    kind: Any = field.message_type
    found: FieldDescriptor = kind.fields_by_name[name]
    return found


def _some(enum: EnumDescriptor) -> int:
    """The number of a value that says nothing, but is one."""
    return min((value.number for value in enum.values if value.number), default=0)
