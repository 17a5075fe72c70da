"""What a process tells the world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processctl.breaking.contract import Contract
from processctl.breaking.rule import Change, addition, breaks_peers
from protoc_gen_process.model import FieldPath, OutboundFact

_KEEP_FACT = "keep it as it is, and emit another fact beside it until every consumer reads that"

FACT_ADDED = addition(
    "FACT_ADDED",
    "Nobody waits for it yet.",
    "where workflow code that running executions have passed emits it, ask a Patch",
)
FACT_REMOVED = breaks_peers("FACT_REMOVED", "Its consumers hear of nothing any more.", _KEEP_FACT)
FACT_TYPE_CHANGED = breaks_peers("FACT_TYPE_CHANGED", "Consumers know the fact by its old type.", _KEEP_FACT)
FACT_MESSAGE_CHANGED = breaks_peers("FACT_MESSAGE_CHANGED", "Consumers expect the old message.", _KEEP_FACT)
FACT_STREAM_CHANGED = breaks_peers("FACT_STREAM_CHANGED", "Consumers listen to the old stream.", _KEEP_FACT)
FACT_SUBJECT_CHANGED = breaks_peers(
    "FACT_SUBJECT_CHANGED", "Consumers look its schema up under the old subject.", _KEEP_FACT
)
FACT_PARTITION_CHANGED = breaks_peers(
    "FACT_PARTITION_CHANGED", "Facts that consumers had in order go to different partitions.", _KEEP_FACT
)
FACT_ID_CHANGED = breaks_peers(
    "FACT_ID_CHANGED", "Consumers recognise facts that come again by IDs made of the old fields.", _KEEP_FACT
)


def compare_facts(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of what a process emits."""
    before = {fact.event_type: fact for fact in old.process.outbound}
    after = {fact.event_type: fact for fact in new.process.outbound}
    new_types = {fact.message.full_name: name for name, fact in after.items() if name not in before}
    retyped = {
        name: new_types[fact.message.full_name]
        for name, fact in before.items()
        if name not in after and fact.message.full_name in new_types
    }
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after:
            yield from _compare_fact(old, new, before[name], after[name])
        elif name in retyped:
            yield FACT_TYPE_CHANGED("fact type", name, retyped[name], at=before[name].message.full_name)
        elif name in before:
            yield FACT_REMOVED(f"fact {name}", at=before[name].message.full_name)
        elif name not in retyped.values():
            yield FACT_ADDED(f"fact {name}", at=after[name].message.full_name)


def _compare_fact(
    old: Contract, new: Contract, before: OutboundFact, after: OutboundFact
) -> Iterator[Change]:
    at = after.message.full_name
    for what, rule, texts in (
        ("message", FACT_MESSAGE_CHANGED, (before.message.full_name, at)),
        ("stream", FACT_STREAM_CHANGED, (before.stream_ref, after.stream_ref)),
        (
            "schema subject",
            FACT_SUBJECT_CHANGED,
            (before.schema_subject or None, after.schema_subject or None),
        ),
    ):
        if texts[0] != texts[1]:
            yield rule(f"{what} of {after.event_type}", *texts, at=at)
    for what, rule, paths in (
        ("partition key", FACT_PARTITION_CHANGED, (before.partition_key_fields, after.partition_key_fields)),
        ("idempotency key", FACT_ID_CHANGED, (before.idempotency_key_fields, after.idempotency_key_fields)),
    ):
        numbers = [
            [contract.numbers(fact.message, path) for path in each]
            for contract, fact, each in zip((old, new), (before, after), paths, strict=True)
        ]
        if numbers[0] != numbers[1]:
            yield rule(f"{what} of {after.event_type}", *map(_dotted, paths), at=at)


def _dotted(paths: Sequence[FieldPath]) -> str | None:
    return ", ".join(path.dotted for path in paths) or None
