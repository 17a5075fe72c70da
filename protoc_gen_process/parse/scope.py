"""What every part of the parser needs to describe one process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from process.v1 import process_options_pb2 as pb

from protoc_gen_process.descriptors import (
    FILE_OPTIONS,
    IMPORT,
    PACKAGE,
    FieldDef,
    Index,
    MessageDef,
    Place,
    SourceFile,
)
from protoc_gen_process.model import FieldPath, MessageType
from protoc_gen_process.naming import DottedName, FieldName
from protoc_gen_process.options import PluginOptions
from protoc_gen_process.parse.walk import reachable
from protoc_gen_process.rules import Report, events, files, process

_NAME = 1  # field number of ProcessOptions.name


class Scope:
    """One process while it is read."""

    def __init__(
        self, index: Index, report: Report, plugin: PluginOptions, file: SourceFile, options: Any
    ) -> None:
        self.index = index
        self.report = report
        self.plugin = plugin
        self.file = file
        self.options = options
        """ProcessOptions."""
        self.place = Place(file, (FILE_OPTIONS, pb.process.number))
        """The `(process.v1.process)` statement."""
        name: str | None = options.name if options.HasField("name") else None
        self.named = report.check(self.at(_NAME), process.name_valid, name)
        """Whether `name` is the author's, not a stand-in for one that was refused."""
        self.name = name if self.named and name is not None else "unnamed"
        self.group: str | None = None
        """Its worker group, if it names one."""
        self.workflow_type: str | None = None
        """What other processes may not have too; None if it was refused. So are the next two."""
        self.task_queue: str | None = None
        self.package: str | None = None
        self.envelope = ""
        """Full name of its envelope."""
        self.used_markers: set[tuple[str, str]] = set()
        """Full field name and marker: what this process reads."""
        self.routed: set[str] = set()
        """Full names of the messages in its envelope."""
        self.types: dict[str, MessageDef] = {}
        """The messages that peers and running executions see, by full name."""
        self.lost = False
        """Whether messages it uses have lost their options."""
        self.unread: set[str] = set()
        """Markers of which nothing can be said, because what reads them is missing."""

    def at(self, *path: int) -> Place:
        """Return the place of a field of the process option."""
        return self.place.at(*path)

    def use(self, message: MessageDef) -> MessageType:
        """Return the Python side of a message that the process uses."""
        importable = self.report.check(
            Place(message.file, (PACKAGE,)), files.module_importable, message.file.name, message.file.module
        )
        usable = self.report.check(message.place, files.message_name_usable, message.python_path)
        self.types[message.full_name] = message
        return MessageType(
            message.full_name,
            DottedName(message.file.module if importable else "refused"),
            DottedName(message.python_path if usable else "Refused"),
        )

    def check_retained(self, roots: Iterable[MessageDef]) -> None:
        """Refuse messages at or below `roots` whose file is not generated and so has lost its options."""
        for message in reachable(self.index, roots).values():
            file = message.file
            if not file.lost:
                continue
            self.lost = True
            imports = list(self.file.proto.dependency)
            place = (
                Place(self.file, (IMPORT, imports.index(file.name))) if file.name in imports else self.place
            )
            self.report.check(place, files.options_retained, file.name, self.name)

    def check_python_names(self, names: Iterable[tuple[str, str, Place]]) -> None:
        """Refuse two of a class's things, given as name, origin and place, that share a Python name."""
        seen: dict[str, str] = {}
        for name, origin, place in names:
            self.report.check(place, events.python_name_unique, name, seen.get(name), origin)
            seen.setdefault(name, origin)

    def resolve(self, option: str, value: str, place: Place, near: SourceFile) -> MessageType | None:
        """Return the message that an option of `near` names in full."""
        found = self.index.message(value.removeprefix("."), near)
        if found is not None and found.proto.options.map_entry:  # nobody wrote it
            found = None
        self.report.check(place, events.message_resolves, option, value, found is not None)
        return self.use(found) if found else None

    def duration(self, holder: Any, name: str, place: Place) -> timedelta | None:
        """Return a Duration field of an options message; None if it is unset or wrong."""
        if not holder.HasField(name):
            return None
        value = getattr(holder, name)
        at = place.at(holder.DESCRIPTOR.fields_by_name[name].number)
        if not self.report.check(at, process.duration_valid, name, value.seconds, value.nanos):
            return None
        return timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)

    def positive(self, holder: Any, name: str, place: Place) -> timedelta | None:
        """Return a Duration that must not be zero; None if it is unset or wrong."""
        value = self.duration(holder, name, place)
        if value is None:
            return None
        at = place.at(holder.DESCRIPTOR.fields_by_name[name].number)
        return value if self.report.check(at, process.duration_positive, name, value) else None

    def logical(self, holder: Any, name: str, place: Place, *, label: str | None = None) -> str | None:
        """Return a logical name of an options message; None if it is unset or wrong."""
        value: str | None = getattr(holder, name) if holder.HasField(name) else None
        at = place.at(holder.DESCRIPTOR.fields_by_name[name].number)
        shaped = self.report.check(at, process.logical_name, label or name, value)
        safe = self.report.check(at, process.no_address, label or name, value)
        return value if shaped and safe else None


def field_path(fields: tuple[FieldDef, ...]) -> FieldPath:
    """Return the model's path for a chain of fields."""
    return FieldPath(tuple(FieldName(f.name) for f in fields))


def dotted(fields: tuple[FieldDef, ...]) -> str:
    """Return the path as option authors write it."""
    return ".".join(f.name for f in fields)


def enum_name(options: Any, name: str) -> str | None:
    """Return the value's name of an enum field; None if it is unset or its zero value."""
    value: int = getattr(options, name)
    if not value:
        return None
    values = options.DESCRIPTOR.fields_by_name[name].enum_type.values_by_number
    text: str = values[value].name
    return text
