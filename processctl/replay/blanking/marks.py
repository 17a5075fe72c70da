"""Which fields of a contract are sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto
from process.v1 import process_options_pb2

__all__ = ["sensitive_fields"]


def sensitive_fields(request: CodeGeneratorRequest) -> frozenset[str]:
    """Return the full names of the fields marked ``sensitive`` or, by protobuf itself, ``debug_redact``.

    Args:
        request: What the compiler made of the contracts; compiled code knows nothing of ``sensitive``.
    """
    sources = {file.name: file for file in request.source_file_descriptors}
    found: list[str] = []
    for file in request.proto_file:
        held = sources.get(file.name, file)
        found += _below(held.package, held.message_type)
    return frozenset(found)


def _below(prefix: str, messages: Iterable[DescriptorProto]) -> Iterator[str]:
    for message in messages:
        name = f"{prefix}.{message.name}".removeprefix(".")
        yield from (f"{name}.{field.name}" for field in message.field if _is_sensitive(field))
        yield from _below(name, message.nested_type)


def _is_sensitive(field: FieldDescriptorProto) -> bool:
    marked: Any = process_options_pb2.markers
    is_sensitive = field.options.HasExtension(marked) and field.options.Extensions[marked].sensitive
    return bool(is_sensitive or field.options.debug_redact)
