"""What of a running process can be searched for and seen: search attributes, details in the Temporal UI."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio import workflow
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey

from process_runtime.contract import StateAttribute
from process_runtime.workflow.carried import ProcessStatus
from process_runtime.workflow.process import Process

Value = str | int | float | bool | datetime | Sequence[str]

KEYWORD_CHARACTERS: Final = 255
"""Of a longer text the first are indexed: more do not fit the column of Temporal's SQL stores."""
LIST_BYTES: Final = 2000
"""Items of a list are indexed as long as all have no more: Temporal refuses a value of more than 2 kB."""


class Visibility:
    """Publishes search attributes and current details when they changed, and not otherwise.

    Search attributes are kept by Temporal over Continue-As-New; what they were at the start of a run is in
    its history, so that nothing is published again and a replay decides the same.
    """

    def __init__(self, process: Process[Any, Any, Any, Any], status: Callable[[], ProcessStatus]) -> None:
        """Publish what the state of `process` and its `status` say."""
        self._process = process
        self._status = status
        self._attributes: Sequence[StateAttribute] = process.contract.search_attributes
        self._keys = {attribute.key.name: attribute.key for attribute in self._attributes}
        self._published = _at_start(self._keys)
        self._phase: str | None = None

    async def keep(self) -> None:
        """Publish, until cancelled, whenever every coroutine of the process waits and something changed."""
        later = [
            name
            for name, patch in self._process.search_attribute_patches.items()
            if name in self._keys and not self._process.patched(patch)
        ]
        self._attributes = [each for each in self._attributes if each.key.name not in later]
        while True:
            await workflow.wait_condition(self._is_behind)
            self.publish()

    def publish(self) -> None:
        """Publish what changed: at most one command, and none for details, which cost no history."""
        self._phase = self._process.phase
        workflow.set_current_details(_text(self._status()))
        values = self._read()
        updates = [
            self._keys[name].value_unset() if value is None else self._keys[name].value_set(value)
            for name, value in values.items()
            if value != self._published[name]
        ]
        if updates:
            workflow.upsert_search_attributes(updates)
            self._published |= values

    def _is_behind(self) -> bool:
        if self._phase != self._process.phase:
            return True
        return any(value != self._published[name] for name, value in self._read().items())

    def _read(self) -> dict[str, Value | None]:
        state = self._process.state
        if state is None:
            return {}
        return {attribute.key.name: value_of(state, attribute) for attribute in self._attributes}


def value_of(state: Message, attribute: StateAttribute) -> Value | None:
    """What of `state` is indexed under this attribute; None leaves it unset.

    A field with presence that is not set, an empty text or list, and what Temporal cannot hold are None.
    """
    message: Any = state
    *parents, name = attribute.path
    for parent in parents:
        if not message.HasField(parent):
            return None
        message = getattr(message, parent)
    field: FieldDescriptor = message.DESCRIPTOR.fields_by_name[name]
    if field.has_presence and not message.HasField(name):
        return None
    value = getattr(message, name)
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return str(value) if named is None else named.name
    return _INDEXABLE[attribute.key.indexed_value_type](value)


def _keyword(text: str) -> str | None:
    return text.replace("\0", "")[:KEYWORD_CHARACTERS] or None


def _keywords(texts: Sequence[str]) -> Sequence[str] | None:
    kept: list[str] = []
    size = 0
    for text in texts:
        keyword = _keyword(text)
        if keyword is None or keyword in kept:
            continue
        # As JSON escapes it, with quotes and comma.
        size += len(keyword.encode("ascii", "backslashreplace")) * 2 + 3
        if size > LIST_BYTES:
            break
        kept.append(keyword)
    return kept or None


def _integer(number: int) -> int | None:
    return number if -(2**63) <= number < 2**63 else None


def _double(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _datetime(timestamp: Timestamp) -> datetime | None:
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except ValueError:
        return None


# What Temporal refuses would hold the process up until a worker with a fix runs.
_INDEXABLE: Final[Mapping[SearchAttributeIndexedValueType, Callable[[Any], Value | None]]] = {
    SearchAttributeIndexedValueType.KEYWORD: _keyword,
    SearchAttributeIndexedValueType.KEYWORD_LIST: _keywords,
    SearchAttributeIndexedValueType.INT: _integer,
    SearchAttributeIndexedValueType.DOUBLE: _double,
    SearchAttributeIndexedValueType.BOOL: bool,
    SearchAttributeIndexedValueType.DATETIME: _datetime,
}


def _at_start(keys: Mapping[str, SearchAttributeKey[Any]]) -> dict[str, Value | None]:
    """What Temporal has at the start of this run."""
    if not keys:
        return {}
    pairs = workflow.info().typed_search_attributes.search_attributes
    known: Mapping[str, Any] = {pair.key.name: pair.value for pair in pairs}
    return {name: known.get(name) for name in keys}


def _text(status: ProcessStatus) -> str:
    """For people, as Markdown."""
    counts = {
        "applied": status.applied,
        "waiting": status.waiting,
        "duplicates": status.duplicates,
        "stale": status.stale,
        "unknown": status.unknown,
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count or name == "applied")
    return f"**{status.phase or 'running'}**\n\nevents: {told}; run {status.run_epoch + 1}"
