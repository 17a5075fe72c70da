"""Where the elements of proto files stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from google.protobuf.descriptor_pb2 import EnumDescriptorProto
from process.v1 import process_options_pb2 as pb

from processctl.breaking.rule import Location
from protoc_gen_process.descriptors import FILE_OPTIONS, METHOD, Index, Path, SourceFile

_FILE_ENUM, _MESSAGE_ENUM, _VALUE = 5, 4, 2  # of FileDescriptorProto, DescriptorProto, EnumDescriptorProto
_MANY_LINES = 4  # numbers in the span of what ends on another line


class Places:
    """Finds elements by their full names, and what stands on a line."""

    def __init__(self, index: Index) -> None:
        self._files = index.files

    def of_option(self, source: str, field: int) -> Location:
        """Return where a field of the process option of `source` is set; 0 is the option itself."""
        path = (FILE_OPTIONS, pb.process.number, *((field,) if field else ()))
        return self._location(self._files[source], path)

    def of(self, name: str) -> Location | None:
        """Return where the element of that full name stands, or the nearest around it that there is."""
        while name:
            if name in self._elements:
                return self._location(*self._elements[name])
            name = name.rpartition(".")[0]
        return None

    def types_at(self, file_name: str, line: int) -> frozenset[str]:
        """Return the innermost message or enum around `line` of a file; all of its types if there is none."""
        file = self._files.get(file_name)
        if file is None:
            return frozenset()
        types = {path: name for name, path, _ in _types(file)}
        found: Path = ()
        for location in file.proto.source_code_info.location:
            path, span = tuple(location.path), location.span
            last = span[2] if len(span) == _MANY_LINES else span[0]
            if path in types and span[0] < line <= last + 1 and len(path) > len(found):
                found = path
        return frozenset([types[found]] if found else types.values())

    @cached_property
    def _elements(self) -> dict[str, tuple[SourceFile, Path]]:
        return {name: (file, path) for file in self._files.values() for name, path in _elements(file)}

    @staticmethod
    def _location(file: SourceFile, path: Path) -> Location:
        return Location(*file.locate(path))


def _types(file: SourceFile) -> Iterator[tuple[str, Path, EnumDescriptorProto | None]]:
    """Every message and enum, with its enum."""
    prefix = f"{file.package}." if file.package else ""
    for number, enum in enumerate(file.proto.enum_type):
        yield prefix + enum.name, (_FILE_ENUM, number), enum
    for message in file.walk():
        yield message.full_name, message.path, None
        for number, enum in enumerate(message.proto.enum_type):
            yield f"{message.full_name}.{enum.name}", (*message.path, _MESSAGE_ENUM, number), enum


def _elements(file: SourceFile) -> Iterator[tuple[str, Path]]:
    """Every message, field, enum, enum value, service and rpc."""
    for name, path, enum in _types(file):
        yield name, path
        if enum is not None:
            for number, value in enumerate(enum.value):
                yield f"{name}.{value.name}", (*path, _VALUE, number)
    for message in file.walk():
        for field in message.fields:
            yield field.full_name, field.place.path
    for service in file.services:
        yield service.full_name, service.path
        for number, method in enumerate(service.proto.method):
            yield f"{service.full_name}.{method.name}", (*service.path, METHOD, number)
