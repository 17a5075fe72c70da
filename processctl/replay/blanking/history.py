"""A history without what is sensitive."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from process_runtime.payloads.errors import PayloadKeyError, PayloadStoreError
from processctl.replay.blanking.payloads import Content, UndecodedError, content_of
from processctl.replay.blanking.values import StandIns, fields_of

__all__ = ["Blanked", "Blanking"]

# Of no use to a replay: hosts, and what a caller is told where, with its credentials.
_DROPPED: Final = frozenset({"identity", "completion_callbacks", "links"})
# Names of the contract, by which a replay finds its way. They are nobody's secret.
_STRUCTURE: Final = frozenset(
    {
        "temporal.api.common.v1.ActivityType",
        "temporal.api.common.v1.WorkflowType",
        "temporal.api.taskqueue.v1.TaskQueue",
    }
)


@dataclass(frozen=True, slots=True)
class Blanked:
    """What became of a history."""

    history: WorkflowHistory
    values: int
    """How many values were replaced."""
    undecoded: tuple[str, ...]
    """What of it nobody could look into, and so stands as it was: one text each, with its event."""


@dataclass(frozen=True, slots=True)
class Blanking:
    """How histories of one process are blanked."""

    converter: DataConverter
    """Has the keys and the store."""
    sensitive: frozenset[str]
    """Full names of fields."""
    state_type: type[Message] | None
    hides_workflow_id: bool
    """Whether the workflow ID is made of a sensitive key."""

    async def blank(self, history: WorkflowHistory) -> Blanked:
        """Return a copy of `history` with other values in place of sensitive ones.

        Payloads are decoded for it, and stay so.
        """
        events = [copy.deepcopy(event) for event in history.events]
        stand_ins = StandIns()
        undecoded: list[str] = []
        contents: list[tuple[Payload, Content]] = []
        for event in events:
            for payload in _payloads(event):
                try:
                    payload.CopyFrom(await self._decoded(payload))
                    content = content_of(payload, self.state_type)
                except UndecodedError as problem:
                    undecoded.append(f"event {event.event_id}: a payload is {problem}")
                    continue
                content.replace_fields(stand_ins, self.sensitive)
                contents.append((payload, content))
        workflow_id = stand_ins.replaced(history.workflow_id)
        if self.hides_workflow_id and workflow_id == history.workflow_id:
            # Escaped or joined in a way that does not show the key: then it is hidden as a whole.
            stand_ins.note(history.workflow_id)
            workflow_id = stand_ins.replaced(history.workflow_id)
        for payload, content in contents:
            content.replace_repeats(stand_ins)
            data = content.data()
            if data is not None:
                payload.data = data
        for event in events:
            _tidy(event, stand_ins)
        return Blanked(WorkflowHistory(workflow_id, events), stand_ins.count, tuple(undecoded))

    async def _decoded(self, payload: Payload) -> Payload:
        try:
            # The raw value is the decoded payload.
            [value] = await self.converter.decode([payload], [RawValue])
        except (PayloadKeyError, PayloadStoreError) as error:
            raise UndecodedError(f"out of reach: {error}") from None
        except Exception as error:  # noqa: BLE001 - a codec or a store is anybody's
            raise UndecodedError(f"out of reach ({type(error).__name__})") from None
        decoded: Payload = value.payload
        return decoded


def _payloads(message: Message) -> Iterator[Payload]:
    """Every payload at any depth, in the order of field numbers."""
    for field, value in fields_of(message):
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            held = [value[key] for key in sorted(value, key=str)]
            held = [each for each in held if isinstance(each, Message)]
        else:
            held = list(value) if field.is_repeated else [value]
        for each in held:
            if isinstance(each, Payload):
                yield each
            else:
                yield from _payloads(each)


def _tidy(message: Message, stand_ins: StandIns) -> None:
    """Replace sensitive texts outside payloads, and drop what no replay needs."""
    for field, value in fields_of(message):
        if field.name in _DROPPED:
            message.ClearField(field.name)
        elif isinstance(value, str):
            setattr(message, field.name, stand_ins.replaced(value))
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for held in value if field.is_repeated else [value]:
                if not isinstance(held, Payload) and held.DESCRIPTOR.full_name not in _STRUCTURE:
                    _tidy(held, stand_ins)
