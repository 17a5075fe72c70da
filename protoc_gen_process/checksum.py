"""The checksum of a contract: equal exactly when peers and running executions see the same thing.

It covers names, types, delivery, the ID, timeouts and the wire shape of every message in use. It leaves out
comments, file paths, the order of declarations and everything about generated Python.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from google.protobuf.descriptor_pb2 import EnumDescriptorProto, FieldDescriptorProto

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, Index, MessageDef
from protoc_gen_process.parse.walk import reachable


def with_checksum(process: model.Process, index: Index, messages: Iterable[MessageDef]) -> model.Process:
    """Return `process` with its checksum.

    Args:
        process: Everything but the checksum.
        index: Where the types of fields are found.
        messages: The messages that the process names; what they reach is included.
    """
    contract = {"process": _process(process), "types": _types(index, messages)}
    # protobuf hands out text that is not UTF-8, such as a default of proto2, as bytes.
    text = json.dumps(contract, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=bytes.hex)
    return process._replace(checksum=hashlib.sha256(text.encode("ascii")).hexdigest())


def _process(p: model.Process) -> dict[str, Any]:
    return {
        "name": p.name,
        "api": [p.api_major, p.api_minor],
        "workflow_type": p.workflow_type,
        "task_queue": p.task_queue,
        "kind": p.kind.value,
        "reuse_policy": p.reuse_policy.value,
        "singleton_per_key": p.singleton_per_key,
        "versioning_behavior": p.versioning_behavior.value,
        "timeouts": [_seconds(t) for t in (p.execution_timeout, p.run_timeout, p.task_timeout)],
        "workflow_id": [_id_part(part) for part in p.workflow_id],
        "envelope": _envelope(p.envelope),
        "events": sorted(_event(e) for e in p.events),
        "outbound": sorted(_outbound(f) for f in p.outbound),
        "start": [_start(v) for v in p.start.versions],
        "wrapper": [_name(p.start.wrapper), p.start.wrapper_oneof],
        "state": _name(p.state.message if p.state else None),
        "search_attributes": sorted(
            [a.name, a.path.dotted, a.type] for a in (p.state.search_attributes if p.state else ())
        ),
        "queries": sorted([q.name, _name(q.response)] for q in p.queries),
        "activities": {a.name: _activity(a) for a in p.activities},
        "ingress": sorted([s.name, s.kind, s.binding_ref] for s in p.subscriptions),
        "publish": sorted([s.name, s.kind, s.binding_ref] for s in p.streams),
        "schedules": {
            s.name: [s.cron, _seconds(s.interval), s.overlap, _seconds(s.catchup_window), s.time_zone]
            for s in p.schedules
        },
    }


def _name(message: model.MessageType | None) -> str | None:
    return message.full_name if message else None


def _seconds(value: timedelta | None) -> str | None:
    # Not a float: JSON would round the microseconds of a long timeout.
    return None if value is None else f"{value.days * 86_400 + value.seconds}.{value.microseconds:06}"


def _id_part(part: model.IdPart) -> list[str]:
    match part:
        case model.IdLiteral(text):
            return ["text", text]
        case model.IdKeyField(field):
            return ["key", field.path.dotted]
        case model.IdIdempotencyKey():
            return ["idempotency_key"]


def _dotted(path: model.FieldPath | None) -> str | None:
    return path.dotted if path else None


def _envelope(e: model.Envelope) -> list[Any]:
    meta = (
        e.aggregate_version,
        e.observed_at,
        e.source,
        e.traceparent,
        e.tracestate,
        e.correlation_id,
        e.causation_id,
    )
    return [
        e.message.full_name,
        e.idempotency_key.dotted,
        e.schema_version.dotted,
        [k.path.dotted for k in e.key_fields],
        [_dotted(path) for path in meta],
    ]


def _event(e: model.Event) -> list[Any]:
    return [
        e.event_type,
        e.case,
        e.message.full_name,
        e.is_command,
        e.delivery.value,
        e.starts,
        _name(e.response),
        _dotted(e.aggregate_version),
        e.schema_subject,
    ]


def _outbound(f: model.OutboundFact) -> list[Any]:
    paths = (f.partition_key_fields, f.idempotency_key_fields)
    return [
        f.event_type,
        f.message.full_name,
        f.stream_ref,
        f.schema_subject,
        [[path.dotted for path in group] for group in paths],
    ]


def _start(v: model.StartVersion) -> list[Any]:
    fills = sorted([f.field, f.source.value, _dotted(f.envelope_path) or ""] for f in v.fills)
    return [v.version, v.message.full_name, v.version_field, v.wrapper_case, fills, _name(v.result)]


def _activity(a: model.Activity) -> list[Any]:
    timeouts = (
        a.start_to_close_timeout,
        a.schedule_to_close_timeout,
        a.schedule_to_start_timeout,
        a.heartbeat_timeout,
        a.retry.initial_interval,
        a.retry.maximum_interval,
    )
    retry = [a.retry.backoff_coefficient, a.retry.maximum_attempts, sorted(a.retry.non_retryable_error_types)]
    return [
        a.input.full_name,
        a.output.full_name,
        [_seconds(t) for t in timeouts],
        retry,
        a.task_queue,
        a.local,
        a.compensated_by,
        a.cancellation.value,
    ]


def _types(index: Index, messages: Iterable[MessageDef]) -> dict[str, Any]:
    """The wire shape of every type at or below `messages`."""
    shapes: dict[str, Any] = {}
    for message in reachable(index, messages).values():
        for field in message.fields:
            if field.type == FieldDescriptorProto.TYPE_ENUM and (
                enum := index.enum(field.type_name, field.owner.file)
            ):
                shapes[field.type_name] = _enum(enum[2])
        shapes[message.full_name] = {"fields": [_field(f) for f in message.fields], **_features(message)}
    return shapes


def _enum(enum: EnumDescriptorProto) -> list[Any]:
    return sorted([v.number, v.name] for v in enum.value)


def _field(f: FieldDef) -> list[Any]:
    oneof = f.owner.proto.oneof_decl[f.oneof].name if f.oneof is not None else None
    shape = [
        f.number,
        f.name,
        f.proto.json_name,
        f.type,
        f.type_name,
        f.proto.label,
        oneof,
        f.proto.proto3_optional,
    ]
    default = f.proto.default_value if f.proto.HasField("default_value") else None
    features = f.proto.options.features if f.proto.HasField("options") else None
    return [*shape, default, features.SerializeToString(deterministic=True).hex() if features else ""]


def _features(message: MessageDef) -> dict[str, str]:
    """What decides about presence and encoding: syntax, edition and features."""
    file = message.file.proto
    return {
        "syntax": file.syntax or "proto2",
        "edition": str(file.edition) if file.HasField("edition") else "",
        "features": "|".join(
            options.features.SerializeToString(deterministic=True).hex()
            for options in (file.options, message.proto.options)
        ),
    }
