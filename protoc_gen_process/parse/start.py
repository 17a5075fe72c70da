"""Start messages: which they are, their versions and results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as F
from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, MessageDef
from protoc_gen_process.naming import FieldName, pascal_case
from protoc_gen_process.parse.envelope import ParsedEnvelope
from protoc_gen_process.parse.fills import parse_fills
from protoc_gen_process.parse.scope import Scope
from protoc_gen_process.rules import start as rules

_IN_NAME = re.compile(r"V([1-9][0-9]*|0)\Z")
_VERSION, _RESULT = 1, 2  # field numbers of StartOptions
_VERSION_FIELD = "start_version"


class _Candidate(NamedTuple):
    message: MessageDef
    options: Any
    """StartOptions, empty where the name alone makes it a start message."""
    case: FieldDef | None = None
    """The case of the wrapper's oneof that holds it."""


def parse_start(scope: Scope, envelope: ParsedEnvelope | None, kind: model.Kind) -> model.Start | None:
    """Read the start messages of the process; None if there are none that can be used."""
    own = list(_own(scope))
    if not scope.report.check(scope.place, rules.start_present, pascal_case(scope.name), bool(own)):
        return None
    wrapper = next((c for c in own if _wrapped(scope, c)), None)
    candidates = own
    if wrapper is not None:
        candidates = list(_wrapped(scope, wrapper))
        inside = {c.message.full_name for c in candidates}
        beside = [c.message.full_name for c in own if c is not wrapper and c.message.full_name not in inside]
        message = wrapper.message
        scope.report.check(message.place, rules.one_style, message.full_name, beside)
        for field, number, broken in (
            ("version", _VERSION, rules.wrapper_version),
            ("result", _RESULT, rules.wrapper_result),
        ):
            place = message.option_place(pb.start, number)
            scope.report.check(place, broken, message.full_name, wrapper.options.HasField(field))
    scope.check_retained([c.message for c in candidates])
    versions: dict[int, model.StartVersion] = {}
    for candidate in candidates:
        version = _version(scope, candidate)
        # Read in any case: what else is wrong with it is said in the same run.
        start_version = _start_version(scope, envelope, kind, candidate, version or 0)
        if version is None:
            continue
        other = versions[version].message.full_name if version in versions else None
        if scope.report.check(candidate.message.place, rules.version_unique, version, other):
            versions[version] = start_version
    if not versions:
        return None
    first_case = candidates[0].case
    return model.Start(
        versions=tuple(versions[v] for v in sorted(versions)),
        wrapper=scope.use(wrapper.message) if wrapper else None,
        wrapper_oneof=FieldName(_oneof_name(first_case)) if first_case else None,
    )


def _own(scope: Scope) -> Iterator[_Candidate]:
    """The start messages that the file declares, by option or by name."""
    prefix = re.escape(pascal_case(scope.name)) if scope.named else r"\w+"
    named = re.compile(rf"{prefix}StartV[0-9]+")
    for message in scope.file.walk():
        options = message.option(pb.start)
        if options is not None:
            yield _Candidate(message, options)
        elif message in scope.file.messages and named.fullmatch(message.name):
            yield _Candidate(message, pb.StartOptions())


def _wrapped(scope: Scope, candidate: _Candidate) -> tuple[_Candidate, ...]:
    """The versions in a wrapper's oneof; none if the message is no wrapper."""
    oneofs = list(candidate.message.oneofs())
    if candidate.message.option(pb.start) is None or len(oneofs) != 1:
        return ()
    cases = [f for f in candidate.message.fields if f.oneof == oneofs[0][0]]
    inside = []
    for case in cases:
        message = scope.index.type_of(case)
        options = message.option(pb.start) if message else None
        if message is None or (options is None and not _IN_NAME.search(message.name)):
            return ()
        inside.append(_Candidate(message, options if options is not None else pb.StartOptions(), case))
    return tuple(inside)


def _oneof_name(case: FieldDef) -> str:
    return dict(case.owner.oneofs())[case.oneof] if case.oneof is not None else ""


def _version(scope: Scope, candidate: _Candidate) -> int | None:
    """The version of a start message; None if it has none that is valid."""
    message, options, check = candidate.message, candidate.options, scope.report.check
    found = _IN_NAME.search(message.name)
    in_name = int(found[1][:11]) if found else None
    place = message.option_place(pb.start, _VERSION)
    if options.HasField("version"):
        version: int | None = options.version
        check(place, rules.version_agrees, options.version, message.name, in_name)
    else:
        version = in_name
    stated = place if options.HasField("version") else message.place
    if not check(stated, rules.version_known, message.full_name, version) or version is None:
        return None
    return version if check(stated, rules.version_positive, version) else None


def _start_version(
    scope: Scope, envelope: ParsedEnvelope | None, kind: model.Kind, candidate: _Candidate, version: int
) -> model.StartVersion:
    message = candidate.message
    field = _version_field(scope, candidate)
    fills, key_paths = parse_fills(scope, envelope, kind, message, field) if envelope else ((), None)
    return model.StartVersion(
        version=version,
        message=scope.use(message),
        version_field=FieldName(field.name) if field else None,
        wrapper_case=FieldName(candidate.case.name) if candidate.case else None,
        fills=fills,
        result=_result(scope, candidate, version),
        key_paths=key_paths,
    )


def _version_field(scope: Scope, candidate: _Candidate) -> FieldDef | None:
    """The field that holds the version; inside a wrapper there need not be one."""
    message, check = candidate.message, scope.report.check
    marked = [f for f in message.fields if f.markers is not None and f.markers.start_version]
    fields = marked or [f for f in message.fields if f.name == _VERSION_FIELD]
    for field in marked:
        scope.used_markers.add((field.full_name, "start_version"))
    if not fields and candidate.case is not None:
        return None
    place = marked[-1].markers_place if marked else message.place
    if not check(place, rules.version_field, message.full_name, [f.name for f in fields]):
        return None
    field = fields[0]
    fits = field.type == F.TYPE_UINT32 and not field.is_repeated and field.oneof is None
    check(field.place, rules.version_field_type, field.full_name, fits)
    return field


def _result(scope: Scope, candidate: _Candidate, version: int) -> model.MessageType | None:
    message = candidate.message
    if candidate.options.HasField("result"):
        place = message.option_place(pb.start, _RESULT)
        return scope.resolve("result", candidate.options.result, place, message.file)
    name = f"{pascal_case(scope.name)}ResultV{version}"
    found = next((m for m in scope.file.messages if m.name == name), None)
    return scope.use(found) if found else None
