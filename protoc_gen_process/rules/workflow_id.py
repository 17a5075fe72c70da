"""PGP040 to PGP059: how a workflow ID comes from a key."""

from __future__ import annotations

from collections.abc import Sequence

from process_runtime.workflow_id import MAX_LENGTH
from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule


@rule(40)
def template_needs_mode(mode: str) -> str | None:
    """A template goes with MODE_TEMPLATE only."""
    if mode == "MODE_TEMPLATE":
        return None
    stands = f"mode is {mode}" if mode else "mode is not set"
    return f"workflow_id has a template but {stands}; add mode: MODE_TEMPLATE, or remove the template"


@rule(41)
def mode_needs_template(present: bool) -> str | None:
    """MODE_TEMPLATE goes with a template."""
    return (
        None
        if present
        else 'MODE_TEMPLATE needs a template; add one such as template: "{name}/{meta.key.id}"'
    )


@rule(42)
def template_syntax(template: str, literals: Sequence[str]) -> str | None:
    """A template consists of printable text and `{field.path}`, and its text leaves room for the key."""
    if any("{" in text or "}" in text for text in literals):
        return (
            f"template {quote(template)} has a brace without its partner; write each placeholder as "
            "{field.path}"
        )
    if not all(text.isprintable() and " " not in text for text in literals):
        return f"template {quote(template)} has a space or a control character; remove it"
    if len("".join(literals).encode("utf-8", "replace")) > MAX_LENGTH // 2:
        return (
            f"template {quote(template)} has more than {MAX_LENGTH // 2} bytes of text beside its "
            "placeholders; shorten it"
        )
    return None


@rule(43)
def template_path_known(path: str, known: bool) -> str | None:
    """A template's path leads to a field of the envelope."""
    if known:
        return None
    return (
        f"the template's {quote(path)} is not a field of the envelope; give the path from the envelope down"
    )


@rule(44)
def template_path_scalar(path: str, repeated: bool, message: bool) -> str | None:
    """A template's path leads to one scalar: not to a repeated field, not to a message."""
    if not repeated and not message:
        return None
    kind = "goes through a repeated field" if repeated else "is a message"
    return f"the template's {{{path}}} {kind}; name a single scalar field"


@rule(45)
def template_path_is_key(path: str, is_key: bool, is_idempotency_key: bool, transaction: bool) -> str | None:
    """A template holds only `{name}`, workflow_key fields and, for TRANSACTION, the idempotency key."""
    if is_key or (is_idempotency_key and transaction):
        return None
    if is_idempotency_key:
        return (
            f"the template's {{{path}}} is the idempotency key, which only a TRANSACTION's ID may hold; "
            "add kind: TRANSACTION, or remove it"
        )
    return (
        f"the template's {{{path}}} is not part of the key, and the ID must depend on nothing else; mark "
        "the field workflow_key, or remove it"
    )


@rule(46)
def template_has_name(template: str, process: str, found: bool) -> str | None:
    """A template holds the process name as a whole segment between `/`, `.` and `:`."""
    if found:
        return None
    return (
        f"template {quote(template)} lacks the process name, so two processes could share an ID; add "
        f"{{name}} or {process} as a segment of its own"
    )


@rule(47)
def template_has_keys(template: str, missing: Sequence[str]) -> str | None:
    """A template holds every key field."""
    if not missing:
        return None
    names = ", ".join(f"{{{path}}}" for path in missing[:5])
    return (
        f"template {quote(template)} lacks {names}, so two keys could share an ID; add every workflow_key "
        "field"
    )


@rule(48)
def template_separates(template: str, separated: bool) -> str | None:
    """Punctuation other than `%` stands between two values of a template."""
    if separated:
        return None
    return f"template {quote(template)} has nothing that separates two of its values; put a '/' between them"
