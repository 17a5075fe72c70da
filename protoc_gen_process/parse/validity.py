"""Whether our options hold only what this version of the plugin understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from process.v1 import process_options_pb2 as pb

from protoc_gen_process.descriptors import (
    FILE_OPTIONS,
    METHOD_OPTIONS,
    SERVICE_OPTIONS,
    Place,
    SourceFile,
)
from protoc_gen_process.rules import Report
from protoc_gen_process.rules import files as rules

_ON_MESSAGES = (pb.fact, pb.command, pb.start, pb.state, pb.query, eventing_pb2.event_fact)


def check_options(files: Iterable[SourceFile], report: Report) -> bool:
    """Refuse unknown fields, unknown enum values and text that is not UTF-8.

    Returns:
        False if some text cannot be read.
    """
    readable = True
    for file in files:
        if file.contract_imports:
            for place, options in _options(file):
                readable &= _check(place, options, report)
    return readable


def _options(file: SourceFile) -> Iterator[tuple[Place, Any]]:
    """Each of our options in a file, with its place."""
    process = file.read(file.proto.options, pb.process)
    if process is not None:
        yield file.place.at(FILE_OPTIONS, pb.process.number), process
    for message in file.walk():
        for extension in _ON_MESSAGES:
            options = message.option(extension)
            if options is not None:
                yield message.option_place(extension), options
        for field in message.fields:
            if field.markers is not None:
                yield field.markers_place, field.markers
    for _, place, markers in file.extension_markers():
        yield place, markers
    for service in file.services:
        if service.defaults is not None:
            yield service.place.at(SERVICE_OPTIONS, pb.activities.number), service.defaults
        for _, place, options in service.methods():
            if options is not None:
                yield place.at(METHOD_OPTIONS, pb.activity.number), options


def _check(place: Place, options: Message, report: Report) -> bool:
    descriptor = options.DESCRIPTOR
    readable = True
    for unknown in UnknownFieldSet(options):  # type: ignore[attr-defined]  # it is iterable
        number: int = unknown.field_number
        known = descriptor.fields_by_number.get(number)
        # An unknown value of a closed enum is kept among the unknown fields.
        name = known.name if known is not None else None
        report.check(place.at(number), rules.option_field_known, descriptor.name, number, name)
    for field, value in options.ListFields():
        at = place.at(field.number)
        for item in value if field.is_repeated else (value,):
            if isinstance(item, Message):
                readable &= _check(at, item, report)
            elif isinstance(item, str | bytes):
                readable &= report.check(at, rules.text_is_unicode, descriptor.name, field.name, item)
    return readable
