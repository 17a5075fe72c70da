"""Facts and commands: the cases of the envelope, and the facts that the process emits."""

from __future__ import annotations

from typing import Any

from ameide_core_proto.common.v1 import eventing_pb2
from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, MessageDef, Place
from protoc_gen_process.naming import FieldName, Identifier, constant_name, method_name
from protoc_gen_process.parse.envelope import INTEGERS
from protoc_gen_process.parse.scope import Scope, dotted, field_path
from protoc_gen_process.parse.walk import chains, follow, is_single
from protoc_gen_process.rules import envelope as envelope_rules
from protoc_gen_process.rules import events as rules

_TYPE, _STREAM_REF, _PARTITION_KEYS, _IDEMPOTENCY_KEYS = 1, 3, 4, 5  # field numbers of EventFact
_STARTS_OF_FACT, _RESPONSE, _STARTS_OF_COMMAND = 2, 2, 3


def is_outbound(fact: Any) -> bool:
    """Whether `FactOptions` describe an emitted fact."""
    return bool(fact.direction == pb.FactOptions.OUTBOUND)


def starts_place(scope: Scope, case: FieldDef) -> Place:
    """Where the event of a payload case says whether it may start a process."""
    message = scope.index.type_of(case)
    if message is None:
        return case.place
    if message.option(pb.fact) is not None:
        return message.option_place(pb.fact, _STARTS_OF_FACT)
    return message.option_place(pb.command, _STARTS_OF_COMMAND)


class Types:
    """The event types of one process, each of one message."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._seen: dict[str, str] = {}

    def read(self, message: MessageDef, user: str) -> tuple[str, Any]:
        """Return the event type of `message` and its `EventFact`; `user` is what it is used by."""
        spine = message.option(eventing_pb2.event_fact) or eventing_pb2.EventFact()
        place = message.option_place(eventing_pb2.event_fact, _TYPE)
        value: str = spine.type
        present = spine.HasField("type")
        missing = place if message.option(eventing_pb2.event_fact) is not None else message.place
        check = self._scope.report.check
        if check(missing, rules.event_type_set, message.full_name, value if present else None) and check(
            place, rules.event_type_valid, value
        ):
            check(place, rules.event_type_unique, value, self._seen.get(value))
            self._seen.setdefault(value, user)
        if spine.HasField("stream_ref"):
            self._scope.logical(spine, "stream_ref", message.option_place(eventing_pb2.event_fact))
        return value, spine


def parse_event(scope: Scope, types: Types, case: FieldDef) -> model.Event | None:
    """Read one case of the payload oneof; None if it is no event."""
    check = scope.report.check
    message = scope.index.type_of(case)
    if not check(case.place, envelope_rules.case_typed, case.name, message is not None) or message is None:
        return None
    if not check(case.place, envelope_rules.case_not_any, case.name, message.full_name):
        return None
    fact, command = message.option(pb.fact), message.option(pb.command)
    if fact is None and command is None:
        if not message.file.lost:
            check(case.place, envelope_rules.case_is_event, case.name, message.full_name, False)
        return None
    scope.routed.add(message.full_name)
    if fact is not None and is_outbound(fact):
        check(case.place, rules.outbound_not_in_envelope, case.name, message.full_name, True)
        return None
    event_type, spine = types.read(message, f"case {case.name}")
    options: Any = fact if fact is not None else command
    is_update = command is not None and command.delivery == pb.CommandOptions.UPDATE
    return model.Event(
        case=FieldName(case.name),
        message=scope.use(message),
        event_type=event_type,
        constant=constant_name(case.name),
        method=method_name(case.name),
        handler=Identifier("on_" + method_name(case.name, frozenset()).rstrip("_")),
        is_command=command is not None,
        # Whether the process's ID and start message make it START is known when those have been read.
        delivery=_delivery(is_update, options.starts),
        starts=options.starts,
        response=_response(scope, message, command, is_update),
        aggregate_version=_aggregate_version(scope, message, case),
        schema_subject=spine.schema_subject,
        doc=message.comment,
    )


def _delivery(is_update: bool, starts: bool) -> model.Delivery:
    if is_update:
        return model.Delivery.UPDATE_WITH_START if starts else model.Delivery.UPDATE
    return model.Delivery.SIGNAL_WITH_START if starts else model.Delivery.SIGNAL


def _response(scope: Scope, message: MessageDef, command: Any, is_update: bool) -> model.MessageType | None:
    if command is None:
        return None
    place = message.option_place(pb.command, _RESPONSE)
    present = command.HasField("response")
    if not is_update:
        scope.report.check(place, rules.signal_without_response, present)
        return None
    if not scope.report.check(place, rules.response_set, f"UPDATE command {message.full_name}", present):
        return None
    return scope.resolve("response", command.response, place, message.file)


def _aggregate_version(scope: Scope, message: MessageDef, case: FieldDef) -> model.FieldPath | None:
    found = chains(
        scope.index,
        message,
        wanted=lambda f: f.markers is not None and f.markers.aggregate_version,
        through=is_single,
        limit=envelope_rules.MAX_PATHS,
    )
    if not found:
        return None
    for chain in found:
        end = chain[-1]
        scope.used_markers.add((end.full_name, "aggregate_version"))
        fits = end.type in INTEGERS
        scope.report.check(
            end.place, envelope_rules.marker_type, "aggregate_version", dotted(chain), fits, "an integer"
        )
    place = found[-1][-1].markers_place
    scope.report.check(place, envelope_rules.marker_once, "aggregate_version", [dotted(c) for c in found])
    return field_path((case, *found[0]))


def parse_outbound(
    scope: Scope, types: Types, streams: tuple[model.Stream, ...]
) -> tuple[model.OutboundFact, ...]:
    """Read the facts of the process's file that it emits."""
    facts = []
    for message in scope.file.walk():
        fact = message.option(pb.fact)
        if fact is None or not is_outbound(fact) or message.full_name in scope.routed:
            continue
        check = scope.report.check
        starts = message.option_place(pb.fact, _STARTS_OF_FACT)
        check(starts, rules.outbound_starts, message.full_name, fact.HasField("starts"))
        event_type, spine = types.read(message, message.full_name)
        place = message.option_place(eventing_pb2.event_fact, _STREAM_REF)
        if message.option(eventing_pb2.event_fact) is not None and check(
            place, rules.stream_ref_set, message.full_name, spine.HasField("stream_ref")
        ):
            check(place, rules.stream_ref_known, spine.stream_ref, [s.name for s in streams])
        facts.append(
            model.OutboundFact(
                message=scope.use(message),
                event_type=event_type,
                constant=constant_name(message.name),
                emitter=Identifier("emit_" + method_name(message.name, frozenset()).rstrip("_")),
                stream_ref=spine.stream_ref,
                schema_subject=spine.schema_subject,
                partition_key_fields=_fact_fields(
                    scope, message, spine, "partition_key_fields", _PARTITION_KEYS
                ),
                idempotency_key_fields=_fact_fields(
                    scope, message, spine, "idempotency_key_fields", _IDEMPOTENCY_KEYS
                ),
                doc=message.comment,
            )
        )
    return tuple(facts)


def _fact_fields(
    scope: Scope, message: MessageDef, spine: Any, option: str, number: int
) -> tuple[model.FieldPath, ...]:
    place = message.option_place(eventing_pb2.event_fact, number)
    paths: dict[str, model.FieldPath] = {}
    for text in getattr(spine, option):
        chain = follow(scope.index, message, text)
        good = chain is not None and not chain[-1].is_message and not any(f.is_repeated for f in chain)
        known = scope.report.check(place, rules.fact_field_path, option, text, good)
        once = scope.report.check(place, rules.fact_field_once, option, text, list(paths))
        if known and once and chain is not None:
            paths[text] = field_path(chain)
    return tuple(paths.values())
