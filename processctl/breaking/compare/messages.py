"""Fields and enum values, as far as buf does not speak of them: what was added, and what was retired."""

from __future__ import annotations

from collections.abc import Iterator

from processctl.breaking.contract import Contract, Field, Message, names_in_histories
from processctl.breaking.rule import Change, addition, breaks_executions, breaks_peers, safe

_KEEP = "keep it, marked `deprecated`, until no history holds it"

FIELD_ADDED = addition(
    "FIELD_ADDED",
    "Messages in histories lack it and read as before; older workers skip it or carry it along.",
)
FIELD_RETIRED = breaks_executions(
    "FIELD_RETIRED",
    "Histories hold values that code cannot read any more; what it decided by them, a replay may not.",
    _KEEP,
)
FIELD_RETIRED_FOR_PEERS = breaks_peers(
    "FIELD_RETIRED_FOR_PEERS", "Who reads the field finds it empty from now on.", _KEEP
)
FIELD_PRESENCE_CHANGED = safe("FIELD_PRESENCE_CHANGED", "The bytes of a field that is set are the same.")
ENUM_VALUE_ADDED = addition("ENUM_VALUE_ADDED", "Messages in histories do not hold it.")
ENUM_VALUE_RETIRED = breaks_executions(
    "ENUM_VALUE_RETIRED", "Histories and workflow IDs may hold the value, which has no name any more.", _KEEP
)


def compare_messages(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of messages and enums that both contracts use."""
    in_histories = old.below(names_in_histories(old.process))
    for name in sorted(old.messages.keys() & new.messages.keys()):
        before, after = old.messages[name], new.messages[name]
        if before.is_enum and after.is_enum:
            yield from _compare_enum(before, after)
        elif not before.is_enum and not after.is_enum:
            yield from _compare_message(before, after, in_histories=name in in_histories)


def _compare_message(before: Message, after: Message, *, in_histories: bool) -> Iterator[Change]:
    fields = [{field.number: field for field in message.fields} for message in (before, after)]
    for number in sorted(fields[1].keys() - fields[0].keys()):
        name = f"{after.name}.{fields[1][number].name}"
        yield FIELD_ADDED(f"field {name}", at=name)
    for field in _retired(before, after):
        rule = FIELD_RETIRED if in_histories else FIELD_RETIRED_FOR_PEERS
        yield rule(f"field {before.name}.{field.name}", at=before.name)
    for number in sorted(fields[1].keys() & fields[0].keys()):
        optional = [each[number].is_optional for each in fields]
        if optional[0] != optional[1]:
            name = f"{after.name}.{fields[1][number].name}"
            texts = ("optional" if each else "not optional" for each in optional)
            yield FIELD_PRESENCE_CHANGED(f"field {name}", *texts, at=name)


def _compare_enum(before: Message, after: Message) -> Iterator[Change]:
    known, kept = ({value.name for value in enum.fields} for enum in (before, after))
    renamed = {value.number for value in before.fields if value.name not in kept}
    for value in after.fields:
        if value.name not in known and value.number not in renamed:
            yield ENUM_VALUE_ADDED(f"enum value {after.name}.{value.name}", at=f"{after.name}.{value.name}")
    for value in _retired(before, after):
        yield ENUM_VALUE_RETIRED(f"enum value {before.name}.{value.name}", at=before.name)


def _retired(before: Message, after: Message) -> Iterator[Field]:
    """Yield what is gone and reserved; what is gone without, buf refuses."""
    left = {field.number for field in after.fields}
    return (field for field in before.fields if field.number not in left and after.reserves(field))
