"""Descriptor sets to contracts."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import (
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message as ProtoMessage
from google.protobuf.unknown_fields import UnknownFieldSet
from process.v1 import process_options_pb2 as pb

from processctl.breaking.contract import Contract, Field, Message, names_in_histories, names_of_peers
from processctl.breaking.places import Places
from processctl.errors import ProjectError
from protoc_gen_process.descriptors import Index, MessageDef, SourceFile
from protoc_gen_process.model import Process
from protoc_gen_process.parse import parse_files
from protoc_gen_process.parse.walk import reachable

_OF_MESSAGES = (pb.fact, pb.command, pb.start, pb.state, pb.query)
_BUF_EXTENSION, _IS_IMPORT = 8042, 1  # in FileDescriptorProto, as buf writes it, and in what that holds


@dataclass(frozen=True)
class Contracts:
    """All contracts of one version of a repo."""

    files: FileDescriptorSet
    contracts: tuple[Contract, ...]
    places: Places


def read(files: FileDescriptorSet) -> Contracts:
    """Return the contracts of a descriptor set, by process name.

    Args:
        files: What `buf build` writes, or protoc with `--include_imports --retain_options`.

    Raises:
        ProjectError: A contract breaks a rule, or the options were removed from the descriptors.
    """
    own = [file.name for file in files.file if not _is_import(file)]
    index = Index(files.file, own, lambda _: True)
    _refuse_stripped(index)
    generation = (result := parse_files(files.file, own)).generation
    if generation is None:
        raise ProjectError("\n".join(map(str, result.diagnostics)))
    contracts = [
        Contract(process, group.name, _messages(index, process))
        for group in generation.groups
        for process in group.processes
    ]
    return Contracts(files, tuple(sorted(contracts, key=lambda each: each.process.name)), Places(index))


def _is_import(file: FileDescriptorProto) -> bool:
    """Whether buf says that another repo's module holds the file."""
    extension = _unknown(file, _BUF_EXTENSION)
    return isinstance(extension, bytes) and bool(_unknown(Empty.FromString(extension), _IS_IMPORT))


def _unknown(message: ProtoMessage, number: int) -> object:
    """Return the value of a field that the type of `message` does not have."""
    fields = UnknownFieldSet(message)
    values = (fields[i] for i in range(len(fields)))
    return next((field.data for field in values if field.field_number == number), None)


def _refuse_stripped(index: Index) -> None:
    """Refuse a set whose compiler removed the options: it would look as if there were no contract."""
    users = [file for file in index.files.values() if "process.v1" in file.contract_imports]
    if users and not any(map(_has_options, users)):
        raise ProjectError(
            f"{users[0].name}: imports the options of contracts and has none: they were removed; make the "
            "image with `buf build -o`, or `protoc --include_imports --include_source_info --retain_options`"
        )


def _has_options(file: SourceFile) -> bool:
    return (
        file.read(file.proto.options, pb.process) is not None
        or any(message.option(each) is not None for message in file.walk() for each in _OF_MESSAGES)
        or any(field.markers is not None for message in file.walk() for field in message.fields)
    )


def _messages(index: Index, process: Process) -> dict[str, Message]:
    near = index.files[process.source]
    names = dict.fromkeys([*names_in_histories(process), *names_of_peers(process)])
    shapes: dict[str, Message] = {}
    for message in reachable(index, filter(None, (index.message(name, near) for name in names))).values():
        shapes[message.full_name] = _message(message)
        for field in message.fields:
            enum = field.type == FieldDescriptorProto.TYPE_ENUM and index.enum(field.type_name, message.file)
            if enum:
                shapes[field.type_name] = _enum(field.type_name, enum[2])
    return shapes


def _message(message: MessageDef) -> Message:
    return Message(
        message.full_name,
        tuple(Field(f.name, f.number, f.type_name, f.proto.proto3_optional) for f in message.fields),
        frozenset(message.proto.reserved_name),
        tuple((reserved.start, reserved.end - 1) for reserved in message.proto.reserved_range),
    )


def _enum(name: str, proto: EnumDescriptorProto) -> Message:
    return Message(
        name,
        tuple(Field(value.name, value.number, "") for value in proto.value),
        frozenset(proto.reserved_name),
        tuple((reserved.start, reserved.end) for reserved in proto.reserved_range),
        is_enum=True,
    )
