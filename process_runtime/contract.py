"""What a generated contract says about itself, shared by worker, ingress, client and tests.

Imports only the standard library and Temporal's common types: it loads fast and is safe inside the workflow
sandbox.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypedDict
from urllib.parse import quote

from temporalio.common import Priority, SearchAttributeKey, VersioningBehavior, WorkflowIDReusePolicy

from process_runtime.priority import TaskPriorities

__all__ = [
    "BEGUN_BY",
    "NOTES_LENGTH",
    "PROGRESS_STREAM",
    "PUBLISHES_LOCALLY",
    "Delivery",
    "EventMeta",
    "KeyField",
    "OutboundFact",
    "ProcessContract",
    "ProcessKind",
    "Schedule",
    "SearchAttributeKey",
    "StartArguments",
    "StateAttribute",
    "Stream",
    "VersioningBehavior",
    "WorkflowIDReusePolicy",
    "identity",
    "value_at",
]

BEGUN_BY: Final = "begun_by"
"""Name in the memo under which a process finds the event that is nothing but its start."""

PUBLISHES_LOCALLY: Final = "publishes_locally"
"""Name in the memo of executions that publish facts within workflow tasks, where that is quick. Said at the
start, so that a replay knows what the run did."""

NOTES_LENGTH: Final = "notes_length"
"""Name in the memo of executions that note in their history when it was long enough for a new run."""

PROGRESS_STREAM: Final = "progress"
"""The ``publish`` entry that switches the built-in fact ``process.ProcessProgressed.v1`` on."""

_TENANT: Final = frozenset({"tenant_id", "tenant"})
_CHECKSUM_CHARACTERS: Final = 12
# Temporal refuses a start whose summary has more than 400 bytes; the rest is for a codec's own.
_SUMMARY_BYTES: Final = 200
_VALUE_CHARACTERS: Final = 256
# What is tried within a workflow task has to be over well before it times out; the server's default is 10 s.
_ROOMY_TASK: Final = timedelta(seconds=8)


class Delivery(StrEnum):
    """How ingress and clients hand one event to Temporal."""

    SIGNAL_WITH_START = "SIGNAL_WITH_START"
    """Start the process unless it runs, and signal it: one request to Temporal, no gap between the two."""
    SIGNAL = "SIGNAL"
    """To a running process only."""
    UPDATE_WITH_START = "UPDATE_WITH_START"
    """Start the process unless it runs, and wait for the handler's reply."""
    UPDATE = "UPDATE"
    """To a running process only; the handler's reply comes back."""
    START = "START"
    """The event is the start message; there is no signal and no handler."""

    @property
    def may_start(self) -> bool:
        """Whether the delivery starts a process where none runs."""
        return self not in (Delivery.SIGNAL, Delivery.UPDATE)

    @property
    def is_update(self) -> bool:
        """Whether the handler replies."""
        return self in (Delivery.UPDATE, Delivery.UPDATE_WITH_START)


class ProcessKind(StrEnum):
    """How long an execution lives, and for what."""

    ENTITY = "ENTITY"
    """One long-lived execution for each business key; its history is kept short with Continue-As-New."""
    TRANSACTION = "TRANSACTION"
    """One short execution for each request; it never continues as new."""


class StartArguments(TypedDict):
    """Keyword arguments of ``temporalio.client.Client.start_workflow`` that every start has in common."""

    id: str
    task_queue: str
    id_reuse_policy: WorkflowIDReusePolicy
    execution_timeout: timedelta | None
    run_timeout: timedelta | None
    task_timeout: timedelta | None
    memo: Mapping[str, Any]
    static_summary: str
    static_details: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class KeyField:
    """A field of the business key."""

    name: str
    """Attribute of the generated key class."""
    path: tuple[str, ...]
    """Field names from the envelope down."""
    sensitive: bool = False
    """Whether it is shown to nobody."""


@dataclass(frozen=True, slots=True)
class StateAttribute:
    """A field of the state that Temporal indexes."""

    key: SearchAttributeKey[Any]
    """Name and type of the search attribute."""
    path: tuple[str, ...]
    """Field names from the state message down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessContract:
    """Everything worker, ingress, client and policy tests need to know of a process at run time."""

    name: str
    """Kebab-case process name of the contract, e.g. ``order-fulfillment``."""
    api_version: tuple[int, int]
    """Major and minor."""
    workflow_type: str
    """Temporal workflow type, e.g. ``orders.v1.OrderFulfillmentWorkflow``."""
    task_queue: str
    """The contract's queue; ``TEMPORAL_TASK_QUEUE`` overrides it for worker and ingress alike."""
    reuse_policy: WorkflowIDReusePolicy
    """Passed to Temporal with every start; the SDK's own default is never relied upon."""
    versioning_behavior: VersioningBehavior
    """Takes effect only where worker deployment versioning is switched on."""
    checksum: str
    """Hex SHA-256 of the contract."""
    impl_module: str
    """Module of the human workflow class, e.g. ``processes.order_fulfillment.workflow_impl``."""
    event_types: tuple[str, ...]
    """Stable external type of every inbound fact and command, in the order of the envelope's oneof."""
    kind: ProcessKind = ProcessKind.ENTITY
    """Whether executions continue as new."""
    execution_timeout: timedelta | None = None
    """None leaves the server's default; zero says "no limit"."""
    run_timeout: timedelta | None = None
    """None leaves the server's default; zero says "no limit"."""
    task_timeout: timedelta | None = None
    """None leaves the server's default; zero says "no limit"."""
    key_fields: tuple[KeyField, ...] = ()
    """The business key, in the order of its fields."""
    search_attributes: tuple[StateAttribute, ...] = ()
    """What of the state can be searched for."""
    publishes_progress: bool = False
    """Whether the contract has the stream ``progress``, on which the runtime tells each phase and the end."""

    @property
    def version(self) -> str:
        """``<major>.<minor>+<first characters of the checksum>``: SemVer with build metadata."""
        major, minor = self.api_version
        return f"{major}.{minor}+{self.checksum[:_CHECKSUM_CHARACTERS]}"

    def tenant_of(self, key: object) -> str:
        """Return the tenant in a business key of the generated key class; empty where none may be shown.

        That is the first text of the key that is named ``tenant_id`` or ``tenant``.
        """
        for field in self.key_fields:
            if field.path[-1] in _TENANT:
                value = getattr(key, field.name, "")
                return value if isinstance(value, str) and not field.sensitive else ""
        return ""

    @property
    def _has_roomy_tasks(self) -> bool:
        return (self.task_timeout or _ROOMY_TASK) >= _ROOMY_TASK

    def shown_key(self, envelope: Any) -> dict[str, str | int]:
        """Return what of the business key in `envelope` may be shown: all but sensitive fields."""
        return {
            field.name: value_at(envelope, field.path) for field in self.key_fields if not field.sensitive
        }

    def start_arguments(
        self,
        workflow_id: str,
        task_queue: str,
        key: Mapping[str, str | int] | None = None,
        priorities: TaskPriorities | None = None,
        begun_by: EventMeta | None = None,
        *,
        publishes_locally: bool = False,
    ) -> StartArguments:
        """Return what every start of this process passes to Temporal, whoever starts it.

        Args:
            workflow_id: Of the execution.
            task_queue: The contract's, or what overrides it.
            key: What of the business key may be shown, for the memo and the Temporal UI.
            priorities: In which order tasks are handed out; None leaves that to Temporal, and a child
                workflow to its parent.
            begun_by: Of the event that is nothing but the start; what the process tells first goes back to
                it.
            publishes_locally: Whether facts are published within workflow tasks, where those have the time.
        """
        shown = {
            name: value[:_VALUE_CHARACTERS] if isinstance(value, str) else value
            for name, value in (key or {}).items()
        }
        served = f"{self.name}@{self.version}"
        return {
            "id": workflow_id,
            "task_queue": task_queue,
            "id_reuse_policy": self.reuse_policy,
            "execution_timeout": self.execution_timeout,
            "run_timeout": self.run_timeout,
            "task_timeout": self.task_timeout,
            "memo": {
                "process": served,
                **({"key": shown} if shown else {}),
                **({BEGUN_BY: begun_by.to_cause()} if begun_by is not None else {}),
                NOTES_LENGTH: True,
                **({PUBLISHES_LOCALLY: True} if publishes_locally and self._has_roomy_tasks else {}),
            },
            "static_summary": _shortened(" ".join([self.name, *map(str, shown.values())])),
            "static_details": "\n".join([served, *(f"- {name}: {value}" for name, value in shown.items())]),
            "priority": (priorities or TaskPriorities()).of(self.name, key or {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMeta:
    """Metadata of one event, under the runtime's names rather than those of the contract's meta message."""

    event_type: str
    """Stable external type, e.g. ``orders.OrderPlaced.v1``."""
    idempotency_key: str
    """Equal for every delivery of one event."""
    schema_version: int
    """Version of the envelope and payload schema the producer wrote."""
    aggregate_version: int | None = None
    """Version of the aggregate the fact is about; None when the contract has no such field or it is unset. A
    fact at or below the last version that was applied is dropped."""
    aggregate: str = ""
    """Which versions are compared: those of events with an equal value. Empty for a version in the envelope's
    meta, which all events share; the event type for one in a payload."""
    observed_at: datetime | None = None
    """When the producer observed the event, time-zone aware."""
    source: str = ""
    """Who produced the event."""
    traceparent: str = ""
    """W3C trace context."""
    tracestate: str = ""
    """W3C trace context, vendor part."""
    correlation_id: str = ""
    """Groups the messages of one conversation."""
    causation_id: str = ""
    """The message that led to this one."""

    def to_cause(self) -> dict[str, str]:
        """Return what a fact says of the event that led to it; empty values are left out."""
        cause = {
            "causation_id": self.idempotency_key,
            "correlation_id": self.correlation_id,
            "traceparent": self.traceparent,
            "tracestate": self.tracestate,
        }
        return {name: value for name, value in cause.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundFact:
    """A fact that the process emits, and where it goes."""

    event_type: str
    """Stable external type."""
    message_name: str
    """Full name of the protobuf message."""
    stream: str
    """Logical stream: a ``publish`` entry of the contract."""
    schema_subject: str = ""
    """Subject in a schema registry."""
    partition_key_fields: tuple[str, ...] = ()
    """Dotted field paths whose values order the facts of one partition."""
    idempotency_key_fields: tuple[str, ...] = ()
    """Dotted field paths whose values tell one fact from another."""

    @property
    def schema_uri(self) -> str:
        """The schema subject as a URI, as CloudEvents asks for; empty without a subject."""
        return f"urn:process:schema:{quote(self.schema_subject, safe='')}" if self.schema_subject else ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A logical destination of outbound facts, as the contract names it; deployment binds it."""

    name: str
    kind: str
    """Name of the publisher, e.g. ``http``; a binding may override it."""
    binding_ref: str
    """The entry of ``PUBLISH_BINDINGS_FILE`` that says where the facts go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule of the contract; which keys it runs for is deployment configuration."""

    name: str
    cron: str | None = None
    """Five-field cron or ``@daily`` and the like; exactly one of `cron` and `interval` is set."""
    interval: timedelta | None = None
    overlap: str = "SKIP"
    """Name in ``temporalio.client.ScheduleOverlapPolicy``."""
    catchup_window: timedelta | None = None
    """How late a missed run is still started; None is the server's default."""
    time_zone: str | None = None
    """IANA name; None is UTC."""


def value_at(message: Any, path: Sequence[str]) -> str | int:
    """Return a scalar below a protobuf message; an enum's is its name."""
    *parents, name = path
    for parent in parents:
        message = getattr(message, parent)
    value: str | int = getattr(message, name)
    enum = message.DESCRIPTOR.fields_by_name[name].enum_type
    named = None if enum is None else enum.values_by_number.get(value)
    return value if named is None else str(named.name)


def _shortened(summary: str) -> str:
    """`summary` as far as Temporal takes it; an escaped character counts as what it is escaped to."""
    while len(json.dumps(summary)) > _SUMMARY_BYTES:
        summary = summary[: len(summary) * 9 // 10 - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return summary


def identity(contracts: Sequence[ProcessContract], role: str) -> str:
    """Return the Temporal identity of this operating-system process.

    The identity stands in histories, task queue descriptions and the Temporal UI; by it the operator sees
    that a worker or ingress runs another contract than the one it was deployed for.

    Args:
        contracts: The contracts served, one or more.
        role: What this process does, e.g. ``worker`` or ``ingress``.

    Returns:
        ``<name>@<major>.<minor>+<checksum>[,...]/<role>/<pid>@<host>``.

    Raises:
        ValueError: `contracts` is empty.
    """
    if not contracts:
        raise ValueError("an identity needs at least one contract")
    served = ",".join(f"{contract.name}@{contract.version}" for contract in contracts)
    return f"{served}/{role}/{os.getpid()}@{socket.gethostname()}"
