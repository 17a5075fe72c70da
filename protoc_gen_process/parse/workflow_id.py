"""How the workflow ID comes from the key."""

from __future__ import annotations

import re
from itertools import pairwise

from protoc_gen_process import model
from protoc_gen_process.parse.envelope import ParsedEnvelope
from protoc_gen_process.parse.scope import Scope, dotted, enum_name
from protoc_gen_process.parse.walk import follow
from protoc_gen_process.rules import workflow_id as rules

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SEGMENT_END = re.compile(r"[/.:]")
_WORKFLOW_ID = 4  # field number of ProcessOptions.workflow_id
_TEMPLATE, _PREFIX = 2, 3
_DEFAULT_PREFIX = "proc"
_NAME = "name"


def parse_workflow_id(
    scope: Scope, envelope: ParsedEnvelope | None, kind: model.Kind
) -> tuple[model.IdPart, ...]:
    """Return the parts of the ID: constant text and values in turn, no two of either side by side.

    Without an envelope there are none, and the option is judged as far as it can be.
    """
    options = scope.options.workflow_id
    mode = enum_name(options, "mode")
    prefix = None
    if options.HasField("prefix"):
        prefix = scope.logical(options, "prefix", scope.at(_WORKFLOW_ID), label="workflow_id.prefix")
    template_place = scope.at(_WORKFLOW_ID, _TEMPLATE)
    if options.HasField("template"):
        scope.report.check(template_place, rules.template_needs_mode, mode or "")
    if mode == "MODE_TEMPLATE":
        present = options.HasField("template")
        if not scope.report.check(scope.at(_WORKFLOW_ID), rules.mode_needs_template, present):
            return ()
        return _from_template(scope, envelope, kind, options.template, prefix)
    if envelope is None:
        return ()
    start = f"{prefix or _DEFAULT_PREFIX}/{scope.name}/"
    by_event = mode == "MODE_IDEMPOTENCY_KEY" or (mode is None and kind is model.Kind.TRANSACTION)
    if by_event:
        return (model.IdLiteral(start), model.IdIdempotencyKey(envelope.model.idempotency_key))
    parts: list[model.IdPart] = []
    for key in envelope.model.key_fields:
        parts += (model.IdLiteral("/" if parts else start), model.IdKeyField(key))
    return tuple(parts)


def holds_idempotency_key(parts: tuple[model.IdPart, ...]) -> bool:
    """Whether every event has an ID of its own."""
    return any(isinstance(part, model.IdIdempotencyKey) for part in parts)


def _from_template(
    scope: Scope, envelope: ParsedEnvelope | None, kind: model.Kind, template: str, prefix: str | None
) -> tuple[model.IdPart, ...]:
    check, place = scope.report.check, scope.at(_WORKFLOW_ID, _TEMPLATE)
    pieces = _PLACEHOLDER.split(template)  # text, path, text, path, ... text
    literals, paths = pieces[::2], pieces[1::2]
    if not check(place, rules.template_syntax, template, literals):
        return ()
    if scope.named:
        check(place, rules.template_has_name, template, scope.name, _has_name(template, scope.name))
    if envelope is None or scope.lost:
        return ()
    values = [_value(scope, envelope, kind, path) for path in paths if path != _NAME]
    keys = [value.field.path.dotted for value in values if isinstance(value, model.IdKeyField)]
    missing = [dotted(c) for c in envelope.key_chains if dotted(c) not in keys]
    if None not in values:
        check(place, rules.template_has_keys, template, missing)
    if prefix is not None and not _starts_with(template, prefix):
        literals[0] = f"{prefix}/{literals[0]}"
    parts: list[model.IdPart] = []
    remaining = iter(values)
    for text, path in zip(literals, [*paths, None], strict=True):
        _append_text(parts, text)
        if path == _NAME:
            _append_text(parts, scope.name)
        elif path is not None and (value := next(remaining)) is not None:
            parts.append(value)
    check(place, rules.template_separates, template, None in values or _separated(parts))
    return tuple(parts)


def _value(
    scope: Scope, envelope: ParsedEnvelope, kind: model.Kind, path: str
) -> model.IdKeyField | model.IdIdempotencyKey | None:
    """What a placeholder stands for; None if it is refused."""
    check, place = scope.report.check, scope.at(_WORKFLOW_ID, _TEMPLATE)
    chain = follow(scope.index, envelope.message, path)
    if not check(place, rules.template_path_known, path, chain is not None) or chain is None:
        return None
    repeated = any(f.is_repeated for f in chain)
    if not check(place, rules.template_path_scalar, path, repeated, chain[-1].is_message):
        return None
    for key in envelope.model.key_fields:
        if key.path.dotted == path:
            return model.IdKeyField(key)
    if not (envelope.key_chains and envelope.idempotency_chain):
        return None  # what the path should have been is missing, which has been said
    idempotency = path == dotted(envelope.idempotency_chain)
    transaction = kind is model.Kind.TRANSACTION
    good = check(place, rules.template_path_is_key, path, False, idempotency, transaction)
    return model.IdIdempotencyKey(envelope.model.idempotency_key) if good else None


def _append_text(parts: list[model.IdPart], text: str) -> None:
    if text and parts and isinstance(parts[-1], model.IdLiteral):
        parts[-1] = model.IdLiteral(parts[-1].text + text)
    elif text:
        parts.append(model.IdLiteral(text))


def _separated(parts: list[model.IdPart]) -> bool:
    """Whether a mark that ends a value stands between each value and the next."""
    values = [i for i, part in enumerate(parts) if not isinstance(part, model.IdLiteral)]
    for first, second in pairwise(values):
        between = parts[first + 1] if second == first + 2 else None
        if not isinstance(between, model.IdLiteral) or not any(
            c != "%" and not (c.isascii() and c.isalnum()) for c in between.text
        ):
            return False
    return True


def _has_name(template: str, name: str) -> bool:
    """Whether a whole segment is the name, written out or as `{name}`."""
    # Placeholders hold dots of their own, which end no segment.
    flat = _PLACEHOLDER.sub(lambda m: "{name}" if m[1] == _NAME else "{}", template)
    segments = _SEGMENT_END.split(flat)
    return "{name}" in segments or name.replace("-", "_") in [s.replace("-", "_") for s in segments]


def _starts_with(template: str, prefix: str) -> bool:
    """Whether the first segment is the prefix already; a prefix may hold dots."""
    return template == prefix or (template.startswith(prefix) and template[len(prefix)] in "/.:")
