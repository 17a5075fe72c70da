"""State, its search attributes, and typed queries."""

from __future__ import annotations

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as F
from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, MessageDef
from protoc_gen_process.naming import Identifier, method_name
from protoc_gen_process.parse.envelope import INTEGERS
from protoc_gen_process.parse.scope import Scope, field_path
from protoc_gen_process.parse.walk import chains, is_single
from protoc_gen_process.rules import envelope as envelope_rules
from protoc_gen_process.rules import events as event_rules
from protoc_gen_process.rules import state as rules

_RESPONSE = 1  # field number of QueryOptions
_ATTRIBUTE_TYPES = {
    F.TYPE_STRING: "KEYWORD",
    F.TYPE_ENUM: "KEYWORD",
    F.TYPE_FLOAT: "DOUBLE",
    F.TYPE_DOUBLE: "DOUBLE",
    F.TYPE_BOOL: "BOOL",
} | dict.fromkeys(INTEGERS, "INT")


def parse_state(scope: Scope) -> model.State | None:
    """Read the state message of the process's file; None if there is none."""
    found = [m for m in scope.file.walk() if m.option(pb.state) is not None]
    if not found:
        return None
    for other in found[1:]:
        scope.report.check(other.place, rules.state_unique, other.full_name, found[0].full_name)
    scope.check_retained(found[:1])
    return model.State(message=scope.use(found[0]), search_attributes=_search_attributes(scope, found[0]))


def _search_attributes(scope: Scope, state: MessageDef) -> tuple[model.SearchAttribute, ...]:
    check = scope.report.check
    found = chains(
        scope.index,
        state,
        wanted=lambda f: f.markers is not None and f.markers.HasField("search_attribute"),
        through=_is_indexable,
        limit=envelope_rules.MAX_PATHS,
    )
    check(state.place, envelope_rules.markers_countable, state.full_name, len(found))
    attributes: dict[str, model.SearchAttribute] = {}
    for chain in found:
        end = chain[-1]
        scope.used_markers.add((end.full_name, "search_attribute"))
        place = end.markers_place.at(pb.FieldMarkers.SEARCH_ATTRIBUTE_FIELD_NUMBER)
        markers = end.markers or pb.FieldMarkers()
        name: str = markers.search_attribute
        kind = _attribute_type(end)
        check(end.place, rules.search_attribute_type, end.full_name, kind)
        check(place, rules.search_attribute_public, end.full_name, markers.sensitive)
        check(place, rules.search_attribute_free, name)
        if check(place, rules.search_attribute_name, name) and check(
            place, rules.search_attribute_unique, name, list(attributes)
        ):
            attributes[name] = model.SearchAttribute(
                name=name, path=field_path(chain), type=kind or "KEYWORD"
            )
    return tuple(attributes.values())


def _is_indexable(field: FieldDef) -> bool:
    """Whether an attribute may stand at or below `field`: a list of values is one, of messages is not."""
    return is_single(field) or (field.is_repeated and not field.is_message)


def _attribute_type(field: FieldDef) -> str | None:
    if field.is_repeated:
        return "KEYWORD_LIST" if field.type == F.TYPE_STRING else None
    if field.type_name == "google.protobuf.Timestamp":
        return "DATETIME"
    return _ATTRIBUTE_TYPES.get(field.type)


def parse_queries(scope: Scope) -> tuple[model.Query, ...]:
    """Read the typed queries of the process's file."""
    queries = []
    for message in scope.file.walk():
        options = message.option(pb.query)
        if options is None:
            continue
        place = message.option_place(pb.query, _RESPONSE)
        present = options.HasField("response")
        if not scope.report.check(place, event_rules.response_set, f"query {message.full_name}", present):
            continue
        response = scope.resolve("response", options.response, place, message.file)
        if response is not None:
            queries.append(
                model.Query(
                    message=scope.use(message),
                    response=response,
                    name=message.full_name,
                    method=method_name(message.name),
                    handler=Identifier("query_" + method_name(message.name, frozenset()).rstrip("_")),
                    doc=message.comment,
                )
            )
    return tuple(queries)
