"""What holds for a run as a whole: groups, unique names, and options that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import (
    METHOD_OPTIONS,
    SERVICE_OPTIONS,
    MessageDef,
    Place,
    SourceFile,
)
from protoc_gen_process.naming import Identifier, package_name
from protoc_gen_process.parse.events import is_outbound
from protoc_gen_process.parse.scope import Scope
from protoc_gen_process.parse.walk import reachable
from protoc_gen_process.rules import Report
from protoc_gen_process.rules import activities as activity_rules
from protoc_gen_process.rules import envelope as envelope_rules
from protoc_gen_process.rules import events as event_rules
from protoc_gen_process.rules import process as rules
from protoc_gen_process.rules import state as state_rules

_NAME, _WORKFLOW_TYPE, _TASK_QUEUE, _WORKER_GROUP = 1, 2, 3, 9  # field numbers of ProcessOptions
_MARKERS = tuple(field.name for field in pb.FieldMarkers.DESCRIPTOR.fields)


def check_names(scopes: Sequence[Scope], report: Report) -> None:
    """Refuse two processes of one name."""
    seen: dict[str, Scope] = {}
    for scope in scopes:
        other = seen.setdefault(scope.name, scope)
        report.check(
            scope.at(_NAME), rules.name_unique, scope.name, None if other is scope else other.file.name
        )


def check_groups(scopes: Iterable[Scope], files: Iterable[SourceFile], report: Report) -> None:
    """Refuse what two processes or worker groups may not share, whatever else is wrong with them."""
    by_name: dict[str, Scope] = {}
    for scope in scopes:
        if scope.named:
            by_name.setdefault(scope.name, scope)  # a second one has been refused
    types: dict[str, str] = {}
    queues: dict[str, str] = {}
    groups: dict[str, list[Scope]] = {}
    for scope in by_name.values():
        if scope.workflow_type is not None:
            other = types.setdefault(scope.workflow_type, scope.name)
            report.check(
                scope.at(_WORKFLOW_TYPE),
                rules.workflow_type_unique,
                scope.workflow_type,
                None if other == scope.name else other,
            )
        if scope.task_queue is None:
            continue
        label, queue, place = _label(scope), scope.task_queue, scope.at(_TASK_QUEUE)
        group = groups.setdefault(label, [])
        group.append(scope)
        first = group[0]
        report.check(place, rules.queue_agrees, queue, label, first.task_queue or queue, first.name)
        owner = queues.setdefault(queue, label)
        report.check(place, rules.queue_unique, queue, label, None if owner == label else owner)
    _check_packages(by_name.values(), groups.values(), files, report)


def _check_packages(
    scopes: Iterable[Scope], groups: Iterable[list[Scope]], files: Iterable[SourceFile], report: Report
) -> None:
    # A package would hide the modules below a folder of the same name.
    seen = {file.module.partition(".")[0]: f"proto file {file.name}" for file in files}
    for scope in scopes:
        if scope.package is not None:
            mine = f"process {scope.name}"
            other = seen.setdefault(scope.package, mine)
            report.check(
                scope.at(_NAME), rules.package_unique, scope.package, None if other == mine else other
            )
    for group in groups:
        name = group[0].group
        if len(group) > 1 and name is not None:
            package = _group_package(name, group)
            report.check(group[0].at(_WORKER_GROUP), rules.package_unique, package, seen.get(package))
            seen.setdefault(package, f"worker group {name}")


def make_groups(pairs: Iterable[tuple[Scope, model.Process]]) -> tuple[model.WorkerGroup, ...]:
    """Put processes into worker groups, sorted by package."""
    members: dict[str, list[tuple[Scope, model.Process]]] = {}
    for scope, process in pairs:
        members.setdefault(_label(scope), []).append((scope, process))
    return tuple(sorted(map(_group, members.values()), key=lambda group: group.package))


def _group(pairs: list[tuple[Scope, model.Process]]) -> model.WorkerGroup:
    processes = tuple(sorted((process for _, process in pairs), key=lambda process: process.name))
    first, name = pairs[0][1], pairs[0][0].group
    if len(pairs) == 1 or name is None:
        return model.WorkerGroup(name or first.name, first.package, first.task_queue, processes)
    package = _group_package(name, [scope for scope, _ in pairs])
    return model.WorkerGroup(name, package, first.task_queue, processes)


def _label(scope: Scope) -> str:
    # A group and a process that is alone may have one name and are still two.
    return f"group {scope.group}" if scope.group else f"process {scope.name}"


def _group_package(name: str, scopes: Sequence[Scope]) -> Identifier:
    taken = {f.module.partition(".")[0] for scope in scopes for f in scope.index.closure(scope.file)}
    return package_name(name, frozenset(taken | {scopes[0].plugin.impl_package.partition(".")[0]}))


def check_files(files: Iterable[SourceFile], scopes: Sequence[Scope], report: Report) -> None:
    """Refuse options that nothing in this run uses, and messages with two roles."""
    owned = {scope.file.name for scope in scopes}
    routed = set().union(*(scope.routed for scope in scopes))
    envelopes = {scope.envelope for scope in scopes}
    unread = set().union(*(scope.unread for scope in scopes))
    used = _used_markers(scopes)
    in_use = set().union(*(scope.types for scope in scopes))
    for file in files:
        for message in file.walk():
            _check_roles(message, message.full_name in envelopes, report)
            _check_events(message, routed, file.name in owned, report)
            if file.name not in owned:
                _check_owned(message, in_use, report)
            for field in message.fields:
                if field.markers is not None:
                    read = unread.union(m for m in _MARKERS if (field.full_name, m) in used)
                    _check_markers(field.full_name, field.markers_place, field.markers, read, report)
        for name, place, markers in file.extension_markers():
            _check_markers(name, place, markers, set(), report)
        if file.name not in owned:
            _check_services(file, report)


def _check_roles(message: MessageDef, is_envelope: bool, report: Report) -> None:
    names = ("fact", "command", "start", "state", "query")
    roles = ["an envelope"] if is_envelope else []
    roles += [
        f"a {name}"
        for name, extension in zip(names, (pb.fact, pb.command, pb.start, pb.state, pb.query), strict=True)
        if message.option(extension) is not None
    ]
    report.check(message.place, event_rules.one_role, message.full_name, roles)


def _check_events(message: MessageDef, routed: set[str], owned: bool, report: Report) -> None:
    fact, command = message.option(pb.fact), message.option(pb.command)
    if fact is not None and is_outbound(fact):
        if message.full_name not in routed:
            report.check(message.option_place(pb.fact), event_rules.outbound_owned, message.full_name, owned)
    elif fact is not None or command is not None:
        extension, kind = (pb.fact, "inbound fact") if fact is not None else (pb.command, "command")
        is_routed = message.full_name in routed
        report.check(
            message.option_place(extension),
            event_rules.inbound_in_envelope,
            message.full_name,
            kind,
            is_routed,
        )


def _check_owned(message: MessageDef, in_use: set[str], report: Report) -> None:
    """Refuse roles that only a process's file can give; a wrapper may hold start messages of others."""
    for extension, what in ((pb.start, "start message"), (pb.state, "state"), (pb.query, "query")):
        used = extension is pb.start and message.full_name in in_use
        if message.option(extension) is not None and not used:
            place = message.option_place(extension)
            report.check(place, state_rules.belongs_to_process, f"{what} {message.full_name}", False)


def _check_services(file: SourceFile, report: Report) -> None:
    for service in file.services:
        if service.defaults is not None:
            place = service.place.at(SERVICE_OPTIONS, pb.activities.number)
            report.check(
                place, state_rules.belongs_to_process, f"activity service {service.full_name}", False
            )
            continue
        for method, place, options in service.methods():
            if options is not None:
                at = place.at(METHOD_OPTIONS, pb.activity.number)
                report.check(at, activity_rules.service_marked, method.name, False)


def _used_markers(scopes: Sequence[Scope]) -> set[tuple[str, str]]:
    used = set().union(*(scope.used_markers for scope in scopes))
    for scope in scopes:
        for message in reachable(scope.index, scope.types.values()).values():
            used |= {(field.full_name, "sensitive") for field in message.fields}
    return used


def _check_markers(name: str, place: Place, markers: Any, read: set[str], report: Report) -> None:
    """Refuse markers of a field that are not among those that something reads."""
    for marker in _MARKERS:
        # A marker set to false marks nothing; text counts as soon as it is there.
        value = getattr(markers, marker)
        marked = value if isinstance(value, bool) else markers.HasField(marker)
        if marked:
            report.check(place, envelope_rules.marker_used, marker, name, marker in read)
