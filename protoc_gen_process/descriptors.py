"""A read-only view of descriptors: full names, options, source locations, and walks over fields.

Thin objects over `google.protobuf` descriptor messages, made when first asked for: a request may hold
thousands of files of which one matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from process.v1 import process_options_pb2

from protoc_gen_process.diagnostics import Location
from protoc_gen_process.naming import pb2_module

T = TypeVar("T")
Path = tuple[int, ...]

PACKAGE, IMPORT, MESSAGE, SERVICE, EXTENSION, FILE_OPTIONS = (
    2,
    3,
    4,
    6,
    7,
    8,
)  # field numbers of FileDescriptorProto
FIELD, NESTED, NESTED_EXTENSION, MESSAGE_OPTIONS = 2, 3, 6, 7  # of DescriptorProto
FIELD_OPTIONS = 8
METHOD, SERVICE_OPTIONS = 2, 3
METHOD_OPTIONS = 4

_MESSAGE_TYPES = (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_GROUP)
_CONTRACT_PACKAGES = {"process.v1": "process", "ameide_core_proto.common.v1": "event_fact"}


class Place:
    """Something in a file that a diagnostic can point at; the line is looked up only when one does."""

    __slots__ = ("file", "path")

    def __init__(self, file: SourceFile, path: Path) -> None:
        self.file = file
        self.path = path

    def at(self, *more: int) -> Place:
        """Return the place of a part of this one."""
        return Place(self.file, self.path + more)

    @property
    def location(self) -> Location:
        """File, line and column."""
        return self.file.locate(self.path)


class SourceFile:
    """One proto file."""

    def __init__(self, proto: FileDescriptorProto, retained: bool) -> None:
        self.proto = proto
        self.name = proto.name
        self.package = proto.package
        self.module = pb2_module(proto.name)
        self.retained = retained
        """Whether SOURCE-retained options are here, if there were any."""
        self.contract_imports: frozenset[str] = frozenset()
        """The option packages that this file imports."""

    @property
    def lost(self) -> bool:
        """Whether options that it may have had were removed before they came here."""
        return not self.retained and "process.v1" in self.contract_imports

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return Place(self, ())

    @cached_property
    def messages(self) -> tuple[MessageDef, ...]:
        """Top-level messages."""
        return tuple(MessageDef(self, m, (MESSAGE, i), None) for i, m in enumerate(self.proto.message_type))

    @cached_property
    def services(self) -> tuple[ServiceDef, ...]:
        """The services."""
        return tuple(ServiceDef(self, s, (SERVICE, i)) for i, s in enumerate(self.proto.service))

    def walk(self) -> Iterator[MessageDef]:
        """Every message, nested ones too, in order of declaration."""
        stack = list(reversed(self.messages))
        while stack:
            message = stack.pop()
            yield message
            stack.extend(reversed(message.nested))

    def extension_markers(self) -> Iterator[tuple[str, Place, Any]]:
        """Full name, place and `FieldMarkers` of each marked field that an `extend` block declares."""
        prefix = f"{self.package}." if self.package else ""
        declared: list[tuple[str, Path, FieldDescriptorProto]]
        declared = [(prefix + e.name, (EXTENSION, i), e) for i, e in enumerate(self.proto.extension)]
        declared += [
            (f"{message.full_name}.{e.name}", (*message.path, NESTED_EXTENSION, i), e)
            for message in self.walk()
            for i, e in enumerate(message.proto.extension)
        ]
        for name, path, field in declared:
            markers = self.read(field.options, process_options_pb2.markers)
            if markers is not None:
                yield name, Place(self, (*path, FIELD_OPTIONS, process_options_pb2.markers.number)), markers

    def read(self, options: Any, extension: Any) -> Any | None:
        """Return `extension` of an options message, or None if it is not there: presence, not truth."""
        if extension.file.package not in self.contract_imports or not options.ByteSize():
            return None
        # Parsed again: whoever parsed the request may not have known the extension yet.
        parsed = type(options).FromString(options.SerializeToString())
        return parsed.Extensions[extension] if parsed.HasExtension(extension) else None

    @cached_property
    def _spans(self) -> dict[Path, tuple[int, int]]:
        spans: dict[Path, tuple[int, int]] = {}
        locations = self.proto.source_code_info.location
        for location in locations:
            spans.setdefault(tuple(location.path), (location.span[0] + 1, location.span[1] + 1))
        for location in locations:  # `option (x).a = 1` is recorded under x.a alone
            path = tuple(location.path)
            for length in range(len(path) - 1, 0, -1):
                spans.setdefault(path[:length], (location.span[0] + 1, location.span[1] + 1))
        return spans

    def locate(self, path: Path) -> Location:
        """Return where `path` is declared, else the nearest thing around it that has a location."""
        for length in range(len(path), 0, -1):
            if span := self._spans.get(path[:length]):
                return Location(self.name, *span)
        return Location(self.name)

    @cached_property
    def _comments(self) -> dict[Path, str]:
        return {
            tuple(location.path): location.leading_comments
            for location in self.proto.source_code_info.location
            if location.leading_comments
        }

    def comment(self, path: Path) -> str:
        """Return the comment before `path`, without its indentation; empty if there is none.

        A ruled comment (`--- Facts ---`) heads a section and documents nothing in it.
        """
        lines = self._comments.get(path, "").splitlines()
        text = "\n".join(line.removeprefix(" ").rstrip() for line in lines).strip()
        return "" if text.startswith(("---", "===")) else text


class MessageDef:
    """One message."""

    def __init__(
        self, file: SourceFile, proto: DescriptorProto, path: Path, parent: MessageDef | None
    ) -> None:
        self.file = file
        self.proto = proto
        self.path = path
        self.name = proto.name
        self.python_path: str = f"{parent.python_path}.{proto.name}" if parent else proto.name
        prefix = f"{file.package}." if file.package else ""
        self.full_name = prefix + self.python_path

    @property
    def place(self) -> Place:
        """The message."""
        return Place(self.file, self.path)

    def option_place(self, extension: Any, *more: int) -> Place:
        """The statement of one of its options."""
        return Place(self.file, (*self.path, MESSAGE_OPTIONS, extension.number, *more))

    @property
    def comment(self) -> str:
        """The comment before it."""
        return self.file.comment(self.path)

    def option(self, extension: Any) -> Any | None:
        """Return one of our options, or None if it is not there."""
        return self.file.read(self.proto.options, extension)

    @cached_property
    def nested(self) -> tuple[MessageDef, ...]:
        """Messages declared inside."""
        return tuple(
            MessageDef(self.file, m, (*self.path, NESTED, i), self)
            for i, m in enumerate(self.proto.nested_type)
        )

    @cached_property
    def fields(self) -> tuple[FieldDef, ...]:
        """Fields in order of their numbers: the order in which they are declared may change, IDs may not."""
        fields = (FieldDef(self, f, i) for i, f in enumerate(self.proto.field))
        return tuple(sorted(fields, key=lambda field: field.number))

    def field(self, name: str) -> FieldDef | None:
        """Return the field of that name."""
        return next((f for f in self.fields if f.name == name), None)

    def oneofs(self) -> Iterator[tuple[int, str]]:
        """Index and name of each oneof that its author wrote (proto3 `optional` makes others)."""
        real = {f.oneof for f in self.fields}
        return ((i, o.name) for i, o in enumerate(self.proto.oneof_decl) if i in real)


class FieldDef:
    """One field."""

    def __init__(self, owner: MessageDef, proto: FieldDescriptorProto, index: int) -> None:
        self.owner = owner
        self.proto = proto
        self.index = index
        self.name = proto.name
        self.number = proto.number
        self.type = proto.type
        self.type_name = proto.type_name.removeprefix(".")
        self.is_message = proto.type in _MESSAGE_TYPES
        self.is_repeated = proto.label == FieldDescriptorProto.LABEL_REPEATED
        self.oneof = (
            proto.oneof_index if proto.HasField("oneof_index") and not proto.proto3_optional else None
        )

    @property
    def full_name(self) -> str:
        """Without a leading dot."""
        return f"{self.owner.full_name}.{self.name}"

    @property
    def place(self) -> Place:
        """The field."""
        return self.owner.place.at(FIELD, self.index)

    @property
    def markers_place(self) -> Place:
        """Its markers."""
        return self.place.at(FIELD_OPTIONS, process_options_pb2.markers.number)

    @cached_property
    def markers(self) -> Any | None:
        """Its `FieldMarkers`, or None."""
        if not self.proto.HasField("options"):
            return None
        return self.owner.file.read(self.proto.options, process_options_pb2.markers)


class ServiceDef:
    """One service."""

    def __init__(self, file: SourceFile, proto: ServiceDescriptorProto, path: Path) -> None:
        self.file = file
        self.proto = proto
        self.path = path
        self.full_name = f"{file.package}.{proto.name}" if file.package else proto.name

    @property
    def place(self) -> Place:
        """The service."""
        return Place(self.file, self.path)

    @cached_property
    def defaults(self) -> Any | None:
        """Its `ActivityDefaults`, or None."""
        return self.file.read(self.proto.options, process_options_pb2.activities)

    def methods(self) -> Iterator[tuple[MethodDescriptorProto, Place, Any | None]]:
        """Each rpc with its place and its `ActivityOptions`, or None."""
        for i, method in enumerate(self.proto.method):
            options = self.file.read(method.options, process_options_pb2.activity)
            yield method, self.place.at(METHOD, i), options


class Index:
    """All files of a run."""

    def __init__(
        self,
        protos: Iterable[FileDescriptorProto],
        to_generate: Iterable[str],
        retained: Callable[[str], bool],
    ) -> None:
        self.files = {p.name: SourceFile(p, retained(p.name)) for p in protos}
        self.to_generate = tuple(self.files[name] for name in sorted(set(to_generate)))
        self._messages: dict[str, MessageDef] = {}
        self._enums: dict[str, tuple[SourceFile, str, EnumDescriptorProto]] = {}
        self._loaded: set[str] = set()
        self._closures: dict[str, tuple[SourceFile, ...]] = {}
        self._find_contract_imports()

    def _find_contract_imports(self) -> None:
        """Find which files import the option files: elsewhere 50003 is somebody else's option."""
        for file in list(self.files.values()):
            extension = _CONTRACT_PACKAGES.get(file.package)
            if extension is None or all(e.name != extension for e in file.proto.extension):
                continue
            sources = {file.name}
            grown = True
            while grown:
                public = {
                    f.name
                    for f in self.files.values()
                    if any(f.proto.dependency[i] in sources for i in f.proto.public_dependency)
                }
                grown = not public <= sources
                sources |= public
            for user in self.files.values():
                if not sources.isdisjoint((*user.proto.dependency, *user.proto.option_dependency)):
                    user.contract_imports |= {file.package}

    def closure(self, file: SourceFile) -> tuple[SourceFile, ...]:
        """Return `file` and everything it imports, at any depth."""
        if file.name in self._closures:
            return self._closures[file.name]
        seen = {file.name: file}
        stack = [file]
        while stack:
            for name in stack.pop().proto.dependency:
                if name not in seen and name in self.files:
                    seen[name] = self.files[name]
                    stack.append(self.files[name])
        self._closures[file.name] = tuple(seen.values())
        return self._closures[file.name]

    def _load(self, file: SourceFile) -> None:
        if file.name in self._loaded:
            return
        self._loaded.add(file.name)
        prefix = f"{file.package}." if file.package else ""
        for enum in file.proto.enum_type:
            self._enums[prefix + enum.name] = (file, enum.name, enum)
        for message in file.walk():
            self._messages[message.full_name] = message
            for enum in message.proto.enum_type:
                path = f"{message.python_path}.{enum.name}"
                self._enums[prefix + path] = (file, path, enum)

    def _search(self, table: dict[str, T], full_name: str, near: SourceFile) -> T | None:
        if full_name not in table:
            for file in self.closure(near):
                self._load(file)
        return table.get(full_name)

    def message(self, full_name: str, near: SourceFile) -> MessageDef | None:
        """Return the message of that name, declared in `near` or in what it imports."""
        found = self._search(self._messages, full_name, near)
        return found if found is not None and found.file in self.closure(near) else None

    def enum(self, full_name: str, near: SourceFile) -> tuple[SourceFile, str, EnumDescriptorProto] | None:
        """Return file, Python path and descriptor of the enum of that name."""
        return self._search(self._enums, full_name, near)

    def type_of(self, field: FieldDef) -> MessageDef | None:
        """Return the message that a field holds, None for a scalar."""
        if not field.is_message:
            return None
        return self._search(self._messages, field.type_name, field.owner.file)
