"""A contract as it is compared: the process model, and the shape of the messages in use. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from protoc_gen_process.model import FieldPath, MessageType, Process


class Field(NamedTuple):
    """One field of a message."""

    name: str
    number: int
    type_name: str
    """Full name of its message or enum; empty for a scalar."""
    is_optional: bool = False
    """Whether its author wrote `optional` in proto3."""


class Message(NamedTuple):
    """One message, or one enum, whose values are its fields."""

    name: str
    fields: tuple[Field, ...]
    reserved_names: frozenset[str] = frozenset()
    reserved_numbers: tuple[tuple[int, int], ...] = ()
    """First and last number of each range."""
    is_enum: bool = False

    def reserves(self, field: Field) -> bool:
        """Whether nobody can give the name or the number of `field` to something else."""
        return field.name in self.reserved_names and any(
            first <= field.number <= last for first, last in self.reserved_numbers
        )


class Contract(NamedTuple):
    """One process."""

    process: Process
    group: str
    """Name of its worker group."""
    messages: Mapping[str, Message]
    """Every message and enum that the process reaches, by full name."""

    def numbers(self, root: MessageType, path: FieldPath | None) -> tuple[int, ...] | None:
        """Return the field numbers along `path`, which renaming a field does not change."""
        if path is None:
            return None
        numbers, message = [], self.messages.get(root.full_name)
        for name in path.names:
            field = next((f for f in message.fields if f.name == name), None) if message else None
            if field is None:
                return None
            numbers.append(field.number)
            message = self.messages.get(field.type_name)
        return tuple(numbers)

    def has(self, root: MessageType, numbers: tuple[int, ...] | None) -> bool:
        """Whether there is a field at the end of `numbers`."""
        message, found = self.messages.get(root.full_name), False
        for number in numbers or ():
            field = next((f for f in message.fields if f.number == number), None) if message else None
            if field is None:
                return False
            message, found = self.messages.get(field.type_name), True
        return found

    def below(self, roots: Iterable[str]) -> frozenset[str]:
        """Return the names of the messages and enums at or below `roots`."""
        seen: set[str] = set()
        stack = list(roots)
        while stack:
            name = stack.pop()
            if name in self.messages and name not in seen:
                seen.add(name)
                stack.extend(field.type_name for field in self.messages[name].fields)
        return frozenset(seen)

    @property
    def api(self) -> tuple[int, int]:
        """Major and minor version."""
        return self.process.api_major, self.process.api_minor


def names_in_histories(process: Process) -> list[str]:
    """Return the messages that histories of running executions hold."""
    return _names(
        process.envelope.message,
        process.start.wrapper,
        *(version.message for version in process.start.versions),
        process.state and process.state.message,
        *(event.response for event in process.events),
        *(message for activity in process.activities for message in (activity.input, activity.output)),
    )


def names_of_peers(process: Process) -> list[str]:
    """Return the messages that only others read."""
    return _names(
        *(version.result for version in process.start.versions),
        *(fact.message for fact in process.outbound),
        *(message for query in process.queries for message in (query.message, query.response)),
    )


def _names(*messages: MessageType | None) -> list[str]:
    return [message.full_name for message in messages if message is not None]


def shown(value: timedelta | None, *, unset: str = "unset") -> str:
    """Return a duration as people write it."""
    if value is None:
        return unset
    return f"{value.total_seconds():g}s"
