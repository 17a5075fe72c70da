"""What ingress fills a start message with from the first event."""

from __future__ import annotations

from typing import NamedTuple

from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import FieldDef, MessageDef
from protoc_gen_process.naming import FieldName
from protoc_gen_process.parse.envelope import ParsedEnvelope
from protoc_gen_process.parse.scope import Scope, dotted, field_path
from protoc_gen_process.parse.walk import Chain, follow
from protoc_gen_process.rules import start as rules

_STARTED_AT = "started_at"
_TIMESTAMP = "google.protobuf.Timestamp"
_FROM = "from"


class _Fill(NamedTuple):
    field: FieldDef
    source: model.FillSource
    chain: Chain = ()

    def model(self) -> model.StartFill:
        return model.StartFill(
            field=FieldName(self.field.name),
            source=self.source,
            envelope_path=field_path(self.chain) if self.chain else None,
            is_message=self.field.is_message,
        )


def parse_fills(
    scope: Scope,
    envelope: ParsedEnvelope,
    kind: model.Kind,
    message: MessageDef,
    version_field: FieldDef | None,
) -> tuple[tuple[model.StartFill, ...], tuple[model.FieldPath, ...] | None]:
    """Return the fills of a start message, and where each key field stands in it (None if not all do)."""
    fills: dict[str, _Fill] = {}
    if version_field is not None:
        fills[version_field.name] = _Fill(version_field, model.FillSource.START_VERSION)
        marked = _from(version_field) is not None
        place = version_field.markers_place
        scope.report.check(place, rules.version_field_not_filled, version_field.full_name, marked)
        if marked:
            scope.used_markers.add((version_field.full_name, _FROM))
    for field in message.fields:
        if field.name not in fills and (path := _from(field)) is not None:
            _fill_from(scope, envelope, field, path, fills)
    _fill_key(scope, envelope, message, fills)
    _fill_started_at(scope, envelope, message, fills)
    if kind is model.Kind.TRANSACTION:
        _fill_payloads(scope, envelope, message, fills)
    ordered = [fills[f.name] for f in message.fields if f.name in fills]
    return tuple(fill.model() for fill in ordered), _key_paths(envelope, ordered)


def _from(field: FieldDef) -> str | None:
    """The `from` marker, a keyword in Python."""
    if field.markers is None or not field.markers.HasField(_FROM):
        return None
    path: str = getattr(field.markers, _FROM)
    return path


def _fill_from(
    scope: Scope, envelope: ParsedEnvelope, field: FieldDef, path: str, fills: dict[str, _Fill]
) -> None:
    scope.used_markers.add((field.full_name, _FROM))
    place = field.markers_place.at(pb.FieldMarkers.FROM_FIELD_NUMBER)
    chain = follow(scope.index, envelope.message, path)
    good = chain is not None and not any(f.is_repeated for f in chain)
    if not scope.report.check(place, rules.from_path, path, good) or chain is None:
        return
    end = chain[-1]
    fits = not field.is_repeated and (end.type, end.type_name) == (field.type, field.type_name)
    if scope.report.check(place, rules.from_type, path, field.full_name, fits):
        fills[field.name] = _Fill(field, model.FillSource.ENVELOPE_PATH, chain)


def _fill_one(
    scope: Scope,
    message: MessageDef,
    chain: Chain,
    source: model.FillSource,
    fills: dict[str, _Fill],
) -> None:
    """Fill the field that holds a message of one type, unless something fills it already."""
    if any(fill.chain == chain for fill in fills.values()):
        return
    fields = [
        f
        for f in message.fields
        if f.name not in fills and f.type_name == chain[-1].type_name and not f.is_repeated
    ]
    same_name = [f for f in fields if f.name == chain[-1].name]
    fields = same_name or fields
    names = [f.name for f in fields]
    if (
        scope.report.check(message.place, rules.fill_unambiguous, message.full_name, names, dotted(chain))
        and fields
    ):
        fills[fields[0].name] = _Fill(fields[0], source, chain)


def _fill_key(scope: Scope, envelope: ParsedEnvelope, message: MessageDef, fills: dict[str, _Fill]) -> None:
    parents = {dotted(chain[:-1]): chain[:-1] for chain in envelope.key_chains}
    if len(parents) == 1 and (parent := next(iter(parents.values()))):
        _fill_one(scope, message, parent, model.FillSource.KEY_MESSAGE, fills)


def _fill_started_at(
    scope: Scope, envelope: ParsedEnvelope, message: MessageDef, fills: dict[str, _Fill]
) -> None:
    field, observed_at = message.field(_STARTED_AT), envelope.model.observed_at
    if field is None or field.name in fills or observed_at is None or field.is_repeated:
        return
    if field.type_name == _TIMESTAMP:
        chain = follow(scope.index, envelope.message, observed_at.dotted) or ()
        fills[field.name] = _Fill(field, model.FillSource.OBSERVED_AT, chain)


def _fill_payloads(
    scope: Scope, envelope: ParsedEnvelope, message: MessageDef, fills: dict[str, _Fill]
) -> None:
    for case in envelope.cases:
        if case.is_message:
            _fill_one(scope, message, (case,), model.FillSource.PAYLOAD, fills)


def _key_paths(envelope: ParsedEnvelope, fills: list[_Fill]) -> tuple[model.FieldPath, ...] | None:
    """Where the start message holds each key field: in whatever is filled from it or from what holds it."""
    paths = []
    for key in envelope.key_chains:
        names = [f.full_name for f in key]
        for fill in fills:
            filled = [f.full_name for f in fill.chain]
            if filled and names[: len(filled)] == filled:
                paths.append(field_path((fill.field, *key[len(filled) :])))
                break
        else:
            return None
    return tuple(paths)
