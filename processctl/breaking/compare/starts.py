"""What a process begins with, keeps and returns: start messages, state, results, queries."""

from __future__ import annotations

from collections.abc import Iterator

from processctl.breaking.contract import Contract
from processctl.breaking.rule import (
    Change,
    Rise,
    addition,
    breaks_executions,
    breaks_peers,
    needs_patching,
    safe,
)
from protoc_gen_process.model import FieldPath, MessageType, SearchAttribute, StartVersion

_KEEP_START = "leave that version as it is, and add the next one beside it"
_ATTRIBUTES = "tell the runtime with a Patch in `search_attribute_patches` (docs/visibility.md), "
_PINNED = "or keep running executions on their build (PINNED in a worker deployment)"

START_VERSION_ADDED = addition(
    "START_VERSION_ADDED",
    "Running executions keep the version that they began with, and it is upgraded when they replay.",
    "write its `upgrade_start_v…` in the workflow",
)
START_VERSION_REMOVED = breaks_executions(
    "START_VERSION_REMOVED",
    "Executions that began with it do not decode any more, neither in replays nor in a new run.",
    "keep the version until no execution that began with it can be replayed",
)
START_MESSAGE_CHANGED = breaks_executions(
    "START_MESSAGE_CHANGED", "Executions that began with it hold the old message.", _KEEP_START
)
START_FIELD_CHANGED = breaks_executions(
    "START_FIELD_CHANGED",
    "The version of start messages in histories is read from another field.",
    "leave the version's field, and its case in the wrapper, as they are",
)
START_WRAPPER_CHANGED = breaks_executions(
    "START_WRAPPER_CHANGED",
    "The start argument in histories is not of the message that the workflow takes now.",
    "keep start messages in the wrapper, or without one, as they are",
)
START_FILL_CHANGED = safe(
    "START_FILL_CHANGED",
    "Executions that start from now on find it so; running ones have their start message.",
)
RESULT_ADDED = addition("RESULT_ADDED", "Who waited for the end only goes on to do so.")
RESULT_CHANGED = breaks_peers(
    "RESULT_CHANGED",
    "Callers wait for the old message.",
    "keep the result, or add a start version with the new one",
)
STATE_ADDED = addition("STATE_ADDED", "Running executions carry none and begin with an empty one.")
STATE_REMOVED = breaks_executions(
    "STATE_REMOVED",
    "What running executions know is in the state, which the next run is not given.",
    "keep the state message",
)
STATE_MESSAGE_CHANGED = breaks_executions(
    "STATE_MESSAGE_CHANGED",
    "What running executions carry into their next run is read as another message.",
    "keep the message and add fields to it",
)
SEARCH_ATTRIBUTE_ADDED = needs_patching(
    "SEARCH_ATTRIBUTE_ADDED",
    "Running executions would publish it, which their histories do not hold.",
    _ATTRIBUTES + _PINNED,
    rise=Rise.MINOR,
)
SEARCH_ATTRIBUTE_REMOVED = needs_patching(
    "SEARCH_ATTRIBUTE_REMOVED",
    "Histories hold that it was published, which a replay would not repeat; and nobody finds by it any more.",
    "keep the marker until executions that published it have ended, " + _PINNED,
    rise=Rise.MAJOR,
)
SEARCH_ATTRIBUTE_TYPE_CHANGED = breaks_executions(
    "SEARCH_ATTRIBUTE_TYPE_CHANGED",
    "A namespace does not change the type of an attribute, so publishing it fails.",
    "mark the field with another name",
)
SEARCH_ATTRIBUTE_FIELD_CHANGED = needs_patching(
    "SEARCH_ATTRIBUTE_FIELD_CHANGED",
    "Running executions would publish another field's value, at other times than their histories hold.",
    "mark the field with another name, and " + _ATTRIBUTES + _PINNED,
)
QUERY_ADDED = addition("QUERY_ADDED", "A query leaves nothing in a history.")
QUERY_REMOVED = breaks_peers("QUERY_REMOVED", "Who asks it gets an error.", "keep the query")
QUERY_RESPONSE_CHANGED = breaks_peers(
    "QUERY_RESPONSE_CHANGED", "Who asks it expects the old message.", "add another query"
)


def compare_starts(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of start messages and results."""
    before = {version.version: version for version in old.process.start.versions}
    after = {version.version: version for version in new.process.start.versions}
    for number in sorted(before.keys() | after.keys()):
        name = f"start message V{number}"
        if number not in before:
            yield START_VERSION_ADDED(name, at=after[number].message.full_name)
        elif number not in after:
            yield START_VERSION_REMOVED(name, at=before[number].message.full_name)
        else:
            yield from _compare_version(old, new, before[number], after[number])
    wrappers = _name(old.process.start.wrapper), _name(new.process.start.wrapper)
    if wrappers[0] != wrappers[1]:
        yield START_WRAPPER_CHANGED("wrapper of start messages", *wrappers, at=wrappers[1] or 0)


def _compare_version(
    old: Contract, new: Contract, before: StartVersion, after: StartVersion
) -> Iterator[Change]:
    name, at = f"start message V{after.version}", after.message.full_name
    if before.message.full_name != at:
        yield START_MESSAGE_CHANGED(name, before.message.full_name, at, at=at)
        return
    fields = _version_field(old, before), _version_field(new, after)
    if fields[0] != fields[1]:
        texts = (str(v.wrapper_case or v.version_field) for v in (before, after))
        yield START_FIELD_CHANGED(f"version of V{after.version}", *texts, at=at)
    if (
        before.version == old.process.start.newest.version
        and after.version == new.process.start.newest.version
    ):
        yield from _compare_fills(before, after)
    results = _name(before.result), _name(after.result)
    if results[0] != results[1]:
        rule = RESULT_ADDED if results[0] is None else RESULT_CHANGED
        yield rule(f"result of V{after.version}", *results, at=results[1] or at)


def _version_field(contract: Contract, version: StartVersion) -> tuple[int, ...] | None:
    """Return where the version stands: the number of a field, or of a case of the wrapper."""
    wrapper = contract.process.start.wrapper
    if wrapper is not None and version.wrapper_case is not None:
        return contract.numbers(wrapper, FieldPath((version.wrapper_case,)))
    if version.version_field is None:
        return None
    return contract.numbers(version.message, FieldPath((version.version_field,)))


def _compare_fills(before: StartVersion, after: StartVersion) -> Iterator[Change]:
    fills = [
        {
            fill.field: fill.envelope_path.dotted if fill.envelope_path else fill.source.value
            for fill in version.fills
        }
        for version in (before, after)
    ]
    for field in sorted(fills[0].keys() | fills[1].keys()):
        sources = fills[0].get(field), fills[1].get(field)
        if sources[0] != sources[1]:
            yield START_FILL_CHANGED(
                f"field {after.message.full_name}.{field}", *sources, at=f"{after.message.full_name}.{field}"
            )


def compare_state(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of the state, its search attributes, and queries."""
    before, after = old.process.state, new.process.state
    names = _name(before and before.message), _name(after and after.message)
    if names[0] is None and names[1] is not None:
        yield STATE_ADDED("state", *names, at=names[1])
    elif names[1] is None and names[0] is not None:
        yield STATE_REMOVED("state", *names, at=names[0])
    elif names[0] != names[1]:
        yield STATE_MESSAGE_CHANGED("state", *names, at=names[1] or 0)
    yield from _compare_attributes(old, new)
    yield from _compare_queries(old, new)


def _compare_attributes(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = _attributes(old), _attributes(new)
    for name in sorted(before.keys() | after.keys()):
        subject = attribute_subject(name)
        if name not in after:
            yield SEARCH_ATTRIBUTE_REMOVED(subject, at=_state_name(old))
            continue
        at = _attribute_field(new, after[name])
        if name not in before:
            yield SEARCH_ATTRIBUTE_ADDED(subject, at=at)
            continue
        if before[name].type != after[name].type:
            yield SEARCH_ATTRIBUTE_TYPE_CHANGED(subject, before[name].type, after[name].type, at=at)
        if _attribute_numbers(old, before[name]) != _attribute_numbers(new, after[name]):
            paths = (each[name].path.dotted for each in (before, after))
            yield SEARCH_ATTRIBUTE_FIELD_CHANGED(subject, *paths, at=at)


def attribute_subject(name: str) -> str:
    """Return how a change names the search attribute `name`."""
    return f"search attribute {name}"


def _attributes(contract: Contract) -> dict[str, SearchAttribute]:
    state = contract.process.state
    return {attribute.name: attribute for attribute in (state.search_attributes if state else ())}


def _state_name(contract: Contract) -> str:
    return _name(contract.process.state and contract.process.state.message) or ""


def _attribute_field(contract: Contract, attribute: SearchAttribute) -> str:
    return f"{_state_name(contract)}.{attribute.path.names[0]}"


def _attribute_numbers(contract: Contract, attribute: SearchAttribute) -> tuple[int, ...] | None:
    state = contract.process.state
    return contract.numbers(state.message, attribute.path) if state else None


def _compare_queries(old: Contract, new: Contract) -> Iterator[Change]:
    before = {query.name: query for query in old.process.queries}
    after = {query.name: query for query in new.process.queries}
    for name in sorted(before.keys() | after.keys()):
        subject = f"query {name}"
        if name not in before:
            yield QUERY_ADDED(subject, at=name)
        elif name not in after:
            yield QUERY_REMOVED(subject, at=name)
        elif before[name].response.full_name != after[name].response.full_name:
            responses = (each[name].response.full_name for each in (before, after))
            yield QUERY_RESPONSE_CHANGED(subject, *responses, at=name)


def _name(message: MessageType | None) -> str | None:
    return message.full_name if message else None
