"""The envelope: its payload oneof, its meta fields and the markers below it."""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as F
from process.v1 import process_options_pb2

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, MessageDef
from protoc_gen_process.naming import DottedName, FieldName, Identifier, attribute_name
from protoc_gen_process.parse.scope import Scope, dotted, field_path
from protoc_gen_process.parse.walk import Chain, chains, is_single, reachable
from protoc_gen_process.rules import envelope as rules
from protoc_gen_process.rules.envelope import MAX_PATHS

PAYLOAD = "payload"
INTEGERS = frozenset(
    {
        F.TYPE_INT32,
        F.TYPE_INT64,
        F.TYPE_UINT32,
        F.TYPE_UINT64,
        F.TYPE_SINT32,
        F.TYPE_SINT64,
        F.TYPE_FIXED32,
        F.TYPE_FIXED64,
        F.TYPE_SFIXED32,
        F.TYPE_SFIXED64,
    }
)
_INTEGERS_32 = frozenset({F.TYPE_INT32, F.TYPE_UINT32, F.TYPE_SINT32, F.TYPE_FIXED32, F.TYPE_SFIXED32})
_KEY_TYPES = {F.TYPE_STRING: model.FieldType.STRING, F.TYPE_ENUM: model.FieldType.ENUM} | dict.fromkeys(
    INTEGERS, model.FieldType.INTEGER
)
_TIMESTAMP = "google.protobuf.Timestamp"


class ParsedEnvelope(NamedTuple):
    """The envelope, and the descriptors that later parts need."""

    message: MessageDef
    cases: tuple[FieldDef, ...]
    model: model.Envelope
    key_chains: tuple[Chain, ...]
    """In order of `Envelope.key_fields`."""
    idempotency_chain: Chain
    """Empty if no field is marked."""


def find_envelope(scope: Scope) -> tuple[MessageDef, int] | None:
    """Return the envelope of the process's file and the index of its payload oneof."""
    candidates = [
        (message, index)
        for message in scope.file.messages
        for index, name in message.oneofs()
        if name == PAYLOAD and message.option(process_options_pb2.start) is None
    ]
    with_events = [c for c in candidates if any(_is_event(scope, case) for case in cases_of(*c))]
    chosen = with_events or candidates[:1]
    if not scope.report.check(scope.place, rules.envelope_present, bool(chosen)):
        return None
    first, *others = chosen
    for message, _ in others:
        scope.report.check(message.place, rules.envelope_unique, message.full_name, first[0].full_name)
    return first


def cases_of(message: MessageDef, oneof: int) -> tuple[FieldDef, ...]:
    """The payload cases in order of declaration."""
    return tuple(sorted((f for f in message.fields if f.oneof == oneof), key=lambda f: f.index))


def _is_event(scope: Scope, case: FieldDef) -> bool:
    held = scope.index.type_of(case)
    return held is not None and any(
        held.option(extension) is not None
        for extension in (process_options_pb2.fact, process_options_pb2.command)
    )


def parse_envelope(scope: Scope, message: MessageDef, oneof: int) -> ParsedEnvelope:
    """Read the envelope's meta; what is missing is empty, so that the rest can still be judged."""
    marked = chains(
        scope.index, message, wanted=lambda f: f.markers is not None, through=is_single, limit=MAX_PATHS
    )
    scope.report.check(message.place, rules.markers_countable, message.full_name, len(marked))
    keys = _marked(scope, marked, "workflow_key", frozenset(_KEY_TYPES), "a string, an integer or an enum")
    idempotency = _marked(scope, marked, "idempotency_key", frozenset({F.TYPE_STRING}), "a string")
    schema = _marked(scope, marked, "schema_version", _INTEGERS_32, "a 32-bit integer")
    aggregate = _marked(scope, marked, "aggregate_version", INTEGERS, "an integer")
    for marker, group in (
        ("workflow_key", keys),
        ("idempotency_key", idempotency),
        ("schema_version", schema),
    ):
        if not scope.lost:  # otherwise it is missing because it was removed, and that has been said
            scope.report.check(message.place, rules.marker_present, marker, len(group))
    for marker, group in (
        ("idempotency_key", idempotency),
        ("schema_version", schema),
        ("aggregate_version", aggregate),
    ):
        place = group[-1][-1].markers_place if group else message.place
        scope.report.check(place, rules.marker_once, marker, [dotted(c) for c in group])
    return ParsedEnvelope(
        message,
        cases_of(message, oneof),
        model.Envelope(
            message=scope.use(message),
            payload_oneof=FieldName(PAYLOAD),
            idempotency_key=field_path(_first(idempotency)),
            schema_version=field_path(_first(schema)),
            key_fields=_key_fields(scope, keys),
            aggregate_version=field_path(aggregate[0]) if aggregate else None,
            sensitive=_sensitive(scope, message),
            **_named_meta(scope, message, _first(idempotency)),
        ),
        tuple(keys),
        _first(idempotency),
    )


def _first(group: list[Chain]) -> Chain:
    return group[0] if group else ()


def _marked(
    scope: Scope, marked: list[Chain], marker: str, types: frozenset[int], expected: str
) -> list[Chain]:
    """The chains whose end carries `marker`, after a check of the type."""
    found = [chain for chain in marked if getattr(chain[-1].markers, marker)]
    for chain in found:
        end = chain[-1]
        scope.used_markers.add((end.full_name, marker))
        scope.report.check(end.place, rules.marker_type, marker, dotted(chain), end.type in types, expected)
    return found


def _key_fields(scope: Scope, keys: list[Chain]) -> tuple[model.KeyField, ...]:
    """Key fields, named by their leaf, or by the whole path where leaves are equal."""
    leaves = [attribute_name(chain[-1].name) for chain in keys]
    fields = []
    for chain, leaf in zip(keys, leaves, strict=True):
        name = leaf if leaves.count(leaf) == 1 else attribute_name("_".join(f.name for f in chain))
        enum = (
            scope.index.enum(chain[-1].type_name, chain[-1].owner.file)
            if chain[-1].type == F.TYPE_ENUM
            else None
        )
        fields.append(
            model.KeyField(
                name=Identifier(name),
                path=field_path(chain),
                type=_KEY_TYPES.get(chain[-1].type, model.FieldType.STRING),
                enum_module=DottedName(enum[0].module) if enum else None,
                enum_path=DottedName(enum[1]) if enum else None,
                sensitive=_is_sensitive(chain[-1]),
            )
        )
    scope.check_python_names(
        (field.name, f"key field {field.path.dotted}", chain[-1].place)
        for field, chain in zip(fields, keys, strict=True)
    )
    return tuple(fields)


def _named_meta(scope: Scope, message: MessageDef, idempotency: Chain) -> dict[str, model.FieldPath]:
    """The optional meta fields, found by name in the part of the envelope that holds the idempotency key."""
    meta = scope.index.type_of(idempotency[0]) if len(idempotency) > 1 else message
    if meta is None:
        return {}

    def wanted(field: FieldDef) -> bool:
        if field.name == "observed_at":
            return field.type_name == _TIMESTAMP
        return field.name in model.TEXT_META and field.type == F.TYPE_STRING

    found = chains(scope.index, meta, wanted=wanted, through=is_single, limit=MAX_PATHS)
    paths: dict[str, model.FieldPath] = {}
    for chain in sorted(found, key=len):  # a field of meta itself wins over one deeper down
        paths.setdefault(
            chain[-1].name, field_path(idempotency[:1] + chain if meta is not message else chain)
        )
    return paths


def _sensitive(scope: Scope, message: MessageDef) -> tuple[model.FieldPath, ...]:
    """Every sensitive field below the envelope; for one inside a repeated field, that field as a whole."""
    inside: dict[str, bool] = {}

    def hides(field: FieldDef) -> bool:
        held = scope.index.type_of(field) if field.is_repeated else None
        if held is None:
            return False
        if held.full_name not in inside:
            below = reachable(scope.index, [held]).values()
            inside[held.full_name] = any(_is_sensitive(f) for m in below for f in m.fields)
        return inside[held.full_name]

    found = chains(
        scope.index,
        message,
        wanted=lambda f: _is_sensitive(f) or hides(f),
        through=lambda f: not f.owner.proto.options.map_entry,
        limit=MAX_PATHS,
    )
    scope.report.check(message.place, rules.markers_countable, message.full_name, len(found))
    paths = [chain for chain in found if not any(f.is_repeated for f in chain[:-1])]
    return tuple(field_path(chain) for chain in paths)


def _is_sensitive(field: FieldDef) -> bool:
    return field.markers is not None and bool(field.markers.sensitive)
