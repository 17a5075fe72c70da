"""What the templates of one process need beyond its model: selections, derived names and sample keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from process_runtime.workflow_id import join_workflow_id
from protoc_gen_process.escape import Code
from protoc_gen_process.model import (
    TEXT_META,
    Activity,
    Delivery,
    Event,
    FieldPath,
    FieldType,
    IdIdempotencyKey,
    IdKeyField,
    IdLiteral,
    KeyField,
    Kind,
    MessageType,
    Process,
    SearchAttribute,
    StartVersion,
)
from protoc_gen_process.naming import Identifier

_UPDATES: Final = frozenset({Delivery.UPDATE, Delivery.UPDATE_WITH_START})
_PROGRESS_STREAM: Final = "progress"
# Above these a match statement trips pylint's too-many-branches and too-many-returns.
_MAX_BRANCHES: Final = 12
_MAX_RETURNS: Final = 6
_TENANT: Final = frozenset({"tenant_id", "tenant"})
_SAMPLE_NUMBERS: Final = (1, 2, 9_007_199_254_740_993)


class Sample(NamedTuple):
    """A key and the workflow ID that it gives."""

    key: tuple[tuple[Identifier, str | int], ...]
    idempotency_key: str
    workflow_id: str


class ProcessView:
    """One process, looked at as its templates do."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @cached_property
    def starts(self) -> list[Event]:
        """Events that are the start message themselves; they reach no handler."""
        return [event for event in self._process.events if event.delivery is Delivery.START]

    @cached_property
    def received(self) -> list[Event]:
        """Events that reach a handler."""
        return [event for event in self._process.events if event.delivery is not Delivery.START]

    @cached_property
    def signals(self) -> list[Event]:
        """Events that reach it by signal."""
        return [event for event in self.received if event.delivery not in _UPDATES]

    @cached_property
    def updates(self) -> list[Event]:
        """Events that reach it by update and are replied to."""
        return [event for event in self.received if event.delivery in _UPDATES]

    @property
    def hands_over(self) -> bool:
        """Whether a run may hand over to the next one after an event."""
        return self._process.kind is Kind.ENTITY and bool(self.received)

    @property
    def validators(self) -> dict[str, Identifier]:
        """Name of each update's validator by that of its handler: `on_approve` has `validate_approve`."""
        return {e.handler: Identifier(f"validate_{e.handler.removeprefix('on_')}") for e in self.updates}

    @cached_property
    def versioned_events(self) -> list[Event]:
        """Events whose payload says its aggregate's version."""
        return [event for event in self._process.events if event.aggregate_version is not None]

    @property
    def search_attributes(self) -> tuple[SearchAttribute, ...]:
        """State fields that can be searched for."""
        return () if self._process.state is None else self._process.state.search_attributes

    @property
    def publishes_progress(self) -> bool:
        """Whether the contract has the stream on which the runtime tells phases and the end."""
        return any(stream.name == _PROGRESS_STREAM for stream in self._process.streams)

    @property
    def state_type(self) -> MessageType | None:
        """The state message."""
        return None if self._process.state is None else self._process.state.message

    @cached_property
    def upgrades(self) -> list[tuple[StartVersion, StartVersion]]:
        """Each start version with the next newer one."""
        return list(pairwise(self._process.start.versions))

    @property
    def uses_message(self) -> bool:
        """Whether the workflow module names the base class of messages."""
        return bool(self.updates or self.upgrades or self._process.start.wrapper)

    @property
    def start_uses_envelope(self) -> bool:
        """Whether the newest start message takes anything from the first event."""
        return any(fill.envelope_path is not None for fill in self._process.start.newest.fills)

    @property
    def wire_start(self) -> MessageType:
        """What is sent as the start argument."""
        start = self._process.start
        return start.newest.message if start.wrapper is None else start.wrapper

    @property
    def wire_starts(self) -> list[MessageType]:
        """What may arrive as the start argument."""
        start = self._process.start
        return [version.message for version in start.versions] if start.wrapper is None else [start.wrapper]

    @property
    def uses_durations(self) -> bool:
        """Whether the contract module names `timedelta`."""
        process = self._process
        timeouts = (process.execution_timeout, process.run_timeout, process.task_timeout)
        return any(timeout is not None for timeout in timeouts)

    @property
    def uses_schedule_durations(self) -> bool:
        """Whether the schedules name `timedelta`."""
        return any(s.interval is not None or s.catchup_window is not None for s in self._process.schedules)

    @property
    def text_meta(self) -> list[tuple[Identifier, FieldPath]]:
        """Optional text fields of the metadata that this contract has."""
        paths = [(name, getattr(self._process.envelope, name)) for name in TEXT_META]
        return [(Identifier(name), path) for name, path in paths if path is not None]

    @property
    def tenant(self) -> FieldPath | None:
        """The text of the business key that says whose the process is, found by its name."""
        for field in self._process.envelope.key_fields:
            if field.type is FieldType.STRING and field.path.names[-1] in _TENANT:
                return field.path
        return None

    @property
    def required(self) -> list[FieldPath]:
        """Fields without which an envelope is refused."""
        envelope = self._process.envelope
        keys = [field.path for field in envelope.key_fields]
        return [envelope.idempotency_key, envelope.schema_version, *keys]

    @property
    def workflow_impl(self) -> str:
        """Module of the human workflow class."""
        return f"{self._process.impl_module}.workflow_impl"

    @property
    def activities_impl(self) -> str:
        """Module of the human activities."""
        return f"{self._process.impl_module}.activities_impl"

    @property
    def activity_constants(self) -> dict[str, Identifier]:
        """Constant of each activity by its method."""
        return {activity.method: activity.constant for activity in self._process.activities}

    @property
    def compensations_first(self) -> list[Activity]:
        """Activities in an order in which each follows the one that compensates it."""
        by_method = {activity.method: activity for activity in self._process.activities}
        ordered: dict[str, Activity] = {}

        def add(activity: Activity) -> None:
            if activity.compensated_by is not None and activity.method not in ordered:
                add(by_method[activity.compensated_by])
            ordered.setdefault(activity.method, activity)

        for activity in self._process.activities:
            add(activity)
        return list(ordered.values())

    @property
    def passthrough(self) -> list[str]:
        """Modules that the workflow sandbox takes from outside instead of loading them for each execution."""
        package = self._process.package
        generated = [f"{package}.activities"] if self._process.activities else []
        generated += [f"{package}.contract", f"{package}.workflow"]
        return [*generated, *sorted(modules_of(self._process))]

    @property
    def exemptions(self) -> dict[str, list[str]]:
        """Lint rules that a match statement over the events of a wide contract trips, by file."""
        return {
            "contract.py": _match_rules(len(self.versioned_events), returns=len(self.versioned_events)),
            "workflow.py": _match_rules(len(self.received), returns=len(self.updates)),
        }

    @property
    def id_uses_key(self) -> bool:
        """Whether the workflow ID depends on the business key."""
        return any(isinstance(part, IdKeyField) for part in self._process.workflow_id)

    @property
    def id_uses_idempotency_key(self) -> bool:
        """Whether the workflow ID depends on the idempotency key."""
        return any(isinstance(part, IdIdempotencyKey) for part in self._process.workflow_id)

    @property
    def id_arguments(self) -> Code:
        """Arguments of the contract's `workflow_id` as methods of the client have them."""
        return self._id_arguments("key")

    @property
    def start_arguments(self) -> Code:
        """The same where a start message is at hand."""
        has_key = self._process.start.newest.key_paths is not None
        return self._id_arguments("key_of_start(start)" if has_key else "key")

    def _id_arguments(self, key: str) -> Code:
        arguments = [key] if self.id_uses_key else []
        return Code(", ".join(arguments + ["idempotency_key"] * self.id_uses_idempotency_key))

    @cached_property
    def id_pieces(self) -> list[str]:
        """Literal text around the values of the workflow ID, one piece more than values."""
        pieces = [""]
        for part in self._process.workflow_id:
            if isinstance(part, IdLiteral):
                pieces[-1] += part.text
            else:
                pieces.append("")
        return pieces

    @cached_property
    def id_values(self) -> list[Code]:
        """Expressions of the values of the workflow ID."""
        return [
            Code(f"key.{part.field.name}") if isinstance(part, IdKeyField) else Code("idempotency_key")
            for part in self._process.workflow_id
            if not isinstance(part, IdLiteral)
        ]

    @property
    def samples(self) -> list[Sample]:
        """Keys with the IDs they give: plain ones, and two that only escaping tells apart."""
        return list(self._samples())

    def _samples(self) -> Iterator[Sample]:
        fields = self._process.envelope.key_fields
        for number, mark in enumerate(("", "/", " \N{LATIN SMALL LETTER E WITH ACUTE}%"), start=0):
            key = [(field.name, _sample_value(field, number, mark)) for field in fields]
            idempotency_key = f"event{mark}-{number + 1}"
            yield Sample(tuple(key), idempotency_key, self._join(dict(key), idempotency_key))

    def _join(self, key: dict[Identifier, str | int], idempotency_key: str) -> str:
        values: Sequence[str | int] = [
            key[part.field.name] if isinstance(part, IdKeyField) else idempotency_key
            for part in self._process.workflow_id
            if not isinstance(part, IdLiteral)
        ]
        return join_workflow_id(self.id_pieces, values)


def _match_rules(cases: int, *, returns: int) -> list[str]:
    rules = ["PLR0911"] if returns >= _MAX_RETURNS else []
    return [*rules, "PLR0912"] if cases > _MAX_BRANCHES else rules


def _sample_value(field: KeyField, number: int, mark: str) -> str | int:
    match field.type:
        case FieldType.INTEGER:
            return _SAMPLE_NUMBERS[number]
        case FieldType.ENUM:
            return f"{field.name.upper()}_{number + 1}"
        case FieldType.STRING:
            return f"{field.name}{mark}-{number + 1}"


def modules_of(process: Process) -> set[str]:
    """Return every `_pb2` module that the model of `process` names."""
    return {str(module) for module in _modules(process)}


def _modules(process: Process) -> Iterator[str]:
    start = process.start
    messages: list[MessageType | None] = [process.envelope.message, process.result, start.wrapper]
    messages += [process.state.message] if process.state else []
    messages += [version.message for version in start.versions]
    messages += [fact.message for fact in process.outbound]
    for event in process.events:
        messages += [event.message, event.response]
    for query in process.queries:
        messages += [query.message, query.response]
    for activity in process.activities:
        messages += [activity.input, activity.output]
    yield from (message.module for message in messages if message is not None)
    for field in process.envelope.key_fields:
        if field.enum_module is not None:
            yield field.enum_module
