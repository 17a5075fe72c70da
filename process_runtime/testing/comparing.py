"""What two executions of one course have in common: everything but their own time and names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

__all__ = ["comparable"]

_TIMESTAMP: Final = Timestamp.DESCRIPTOR.full_name

MessageT = TypeVar("MessageT", bound=Message)


def comparable(message: MessageT, begun: int, names: Mapping[str, str]) -> MessageT:
    """Return a copy in which nothing is the execution's own.

    Args:
        message: Of its state, say.
        begun: Whole seconds since the epoch, before the execution began. Timestamps from then on are emptied:
            the execution has taken them from its clock.
        names: What stands in texts for its workflow ID and the like.
    """
    copy = type(message)()
    copy.CopyFrom(message)
    _clean(copy, begun, names)
    return copy


def _clean(message: Message, begun: int, names: Mapping[str, str]) -> None:
    if message.DESCRIPTOR.full_name == _TIMESTAMP:
        if message.seconds >= begun:  # type: ignore[attr-defined]  # a timestamp has them
            message.Clear()
        return
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            _clean_map(value, begun, names)
        elif field.is_repeated:
            for index, item in enumerate(value):
                if isinstance(item, Message):
                    _clean(item, begun, names)
                elif isinstance(item, str):
                    value[index] = _renamed(item, names)
        elif isinstance(value, Message):
            _clean(value, begun, names)
        elif isinstance(value, str):
            setattr(message, field.name, _renamed(value, names))


def _clean_map(entries: Any, begun: int, names: Mapping[str, str]) -> None:
    for key, value in list(entries.items()):
        if isinstance(value, Message):
            _clean(value, begun, names)
        elif isinstance(value, str):
            entries[key] = _renamed(value, names)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for name, stand_in in names.items():
        text = text.replace(name, stand_in)
    return text
