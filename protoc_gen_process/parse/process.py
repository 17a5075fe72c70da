"""One annotated file to one process."""

from __future__ import annotations

from typing import Any

from protoc_gen_process import model
from protoc_gen_process.checksum import with_checksum
from protoc_gen_process.descriptors import PACKAGE, FieldDef
from protoc_gen_process.naming import DottedName, class_prefix, package_name, pascal_case
from protoc_gen_process.parse.activities import parse_activities
from protoc_gen_process.parse.bindings import parse_schedules, parse_streams, parse_subscriptions
from protoc_gen_process.parse.envelope import ParsedEnvelope, cases_of, find_envelope, parse_envelope
from protoc_gen_process.parse.events import Types, parse_event, parse_outbound, starts_place
from protoc_gen_process.parse.scope import Scope, enum_name
from protoc_gen_process.parse.start import parse_start
from protoc_gen_process.parse.state import parse_queries, parse_state
from protoc_gen_process.parse.workflow_id import holds_idempotency_key, parse_workflow_id
from protoc_gen_process.rules import events as event_rules
from protoc_gen_process.rules import process as rules

# Field numbers of ProcessOptions.
_WORKFLOW_TYPE, _SINGLETON, _API_MAJOR, _API_MINOR = 2, 6, 10, 11
_OF_START = frozenset({"start_version", "from"})
_BELOW_ENVELOPE = frozenset(
    {"workflow_key", "idempotency_key", "schema_version", "aggregate_version", "sensitive", "from"}
)


def parse_process(scope: Scope) -> model.Process | None:
    """Read the process of `scope.file`; None if it is not whole, which the report then says."""
    header = _header(scope)
    streams, queries, activities = parse_streams(scope), parse_queries(scope), parse_activities(scope)
    rest: dict[str, Any] = {
        "subscriptions": parse_subscriptions(scope),
        "streams": streams,
        "schedules": parse_schedules(scope),
        "queries": queries,
        "activities": activities,
    }
    envelope, cases = _envelope(scope)
    types = Types(scope)
    parsed = [(case, parse_event(scope, types, case)) for case in cases]
    events = [(case, event) for case, event in parsed if event is not None]
    outbound = parse_outbound(scope, types, streams)
    start = parse_start(scope, envelope, header["kind"])
    state = parse_state(scope)
    scope.check_python_names(
        [(e.method, f"case {e.case}", case.place) for case, e in events]
        + [(q.method, f"query {q.name}", scope.types[q.name].place) for q in queries]
    )
    scope.check_python_names(
        (f.emitter, f.message.full_name, scope.types[f.message.full_name].place) for f in outbound
    )
    workflow_id = parse_workflow_id(scope, envelope, header["kind"])
    per_event = holds_idempotency_key(workflow_id)
    for case, event in events:
        blocked = per_event and not event.starts
        scope.report.check(starts_place(scope, case), event_rules.starts_reachable, case.name, blocked)
    if envelope is None or scope.lost:
        scope.unread |= _BELOW_ENVELOPE
    if start is None or scope.lost:
        scope.unread |= _OF_START
    if envelope is None or start is None or len(scope.report):
        return None
    process = model.Process(
        **header,
        **rest,
        workflow_id=workflow_id,
        envelope=envelope.model,
        events=tuple(_with_start(event, start) if per_event else event for _, event in events),
        outbound=outbound,
        start=start,
        result=start.newest.result,
        state=state,
        checksum="",
    )
    return with_checksum(process, scope.index, scope.types.values())


def _envelope(scope: Scope) -> tuple[ParsedEnvelope | None, tuple[FieldDef, ...]]:
    found = find_envelope(scope)
    if found is None:
        return None, ()
    scope.check_retained([found[0]])
    scope.envelope = found[0].full_name
    return parse_envelope(scope, *found), cases_of(*found)


def _with_start(event: model.Event, start: model.Start) -> model.Event:
    """An event with an execution of its own needs no signal if the start message carries its payload."""
    carried = any(
        fill.source is model.FillSource.PAYLOAD and fill.envelope_path == model.FieldPath((event.case,))
        for fill in start.newest.fills
    )
    if not carried or event.delivery is not model.Delivery.SIGNAL_WITH_START:
        return event
    return event._replace(delivery=model.Delivery.START)


def _header(scope: Scope) -> dict[str, Any]:
    """What the process option says on its own."""
    check, options, file = scope.report.check, scope.options, scope.file
    check(scope.at(_API_MAJOR), rules.api_major_set, options.HasField("api_major"))
    check(scope.at(_API_MINOR), rules.api_minor_set, options.HasField("api_minor"))
    kind = model.Kind(enum_name(options, "kind") or "ENTITY")
    policy = model.ReusePolicy(enum_name(options, "reuse_policy") or "REJECT_DUPLICATE")
    if options.singleton_per_key:
        check(scope.at(_SINGLETON), rules.singleton_policy, policy.value)
    pinned = "PINNED" if kind is model.Kind.TRANSACTION else "AUTO_UPGRADE"
    default_type = f"{file.package}." * bool(file.package) + f"{pascal_case(scope.name)}Workflow"
    stated = options.HasField("workflow_type")
    workflow_type = options.workflow_type if stated else default_type
    valid = check(scope.at(_WORKFLOW_TYPE), rules.workflow_type_valid, workflow_type)
    scope.workflow_type = workflow_type if valid and (stated or scope.named) else None
    taken = {f.module.partition(".")[0] for f in scope.index.closure(file)}
    taken.add(scope.plugin.impl_package.partition(".")[0])
    package = package_name(scope.name, frozenset(taken))
    scope.package = package if scope.named else None
    return {
        "name": scope.name,
        "source": file.name,
        "doc": file.comment(scope.place.path) or file.comment((PACKAGE,)),
        "package": package,
        "class_prefix": class_prefix(scope.name),
        "impl_module": DottedName(f"{scope.plugin.impl_package}.{package}"),
        "workflow_type": workflow_type,
        "task_queue": _task_queue(scope),
        "kind": kind,
        "reuse_policy": policy,
        "singleton_per_key": options.singleton_per_key,
        "versioning_behavior": model.VersioningBehavior(enum_name(options, "versioning_behavior") or pinned),
        "api_major": options.api_major,
        "api_minor": options.api_minor,
        "execution_timeout": scope.duration(options, "execution_timeout", scope.place),
        "run_timeout": scope.duration(options, "run_timeout", scope.place),
        "task_timeout": scope.duration(options, "task_timeout", scope.place),
    }


def _task_queue(scope: Scope) -> str:
    """The queue: stated, else the group's name, else the process's."""
    options = scope.options
    stated = {
        name: scope.logical(options, name, scope.place)
        for name in ("default_task_queue", "worker_group")
        if options.HasField(name)
    }
    scope.group = stated.get("worker_group")
    queue = stated.get("default_task_queue") or scope.group or scope.name
    scope.task_queue = queue if scope.named and None not in stated.values() else None
    return queue
