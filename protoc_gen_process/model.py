"""The process model: the only thing templates see.

Frozen values, built by :mod:`protoc_gen_process.parse` from descriptors and consumed by
:mod:`protoc_gen_process.render`. They are named tuples because 30 dataclasses would be a good part of the
plugin's start-up.

Text that came from an option is a plain ``str`` and can reach a template only through an escaping filter.
A name that is safe in Python source is an :class:`~protoc_gen_process.naming.Identifier` or a
:class:`~protoc_gen_process.naming.DottedName`. A proto field's own name is a
:class:`~protoc_gen_process.naming.FieldName`, read through :meth:`FieldPath.of` because it may be a keyword.
"""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Final, NamedTuple

from protoc_gen_process.naming import DottedName, FieldName, Identifier


class Kind(enum.Enum):
    """``ProcessOptions.kind``: one execution for each business key, or one for each request."""

    ENTITY = "ENTITY"
    TRANSACTION = "TRANSACTION"


class ReusePolicy(enum.Enum):
    """``ProcessOptions.reuse_policy``; names equal those of ``temporalio.common.WorkflowIDReusePolicy``."""

    REJECT_DUPLICATE = "REJECT_DUPLICATE"
    ALLOW_DUPLICATE_FAILED_ONLY = "ALLOW_DUPLICATE_FAILED_ONLY"
    ALLOW_DUPLICATE = "ALLOW_DUPLICATE"


class VersioningBehavior(enum.Enum):
    """``ProcessOptions.versioning_behavior``; names as in ``temporalio.common.VersioningBehavior``."""

    PINNED = "PINNED"
    AUTO_UPGRADE = "AUTO_UPGRADE"


class Delivery(enum.Enum):
    """How ingress and client hand one event to Temporal; derived from kind, ``delivery`` and ``starts``."""

    SIGNAL_WITH_START = "SIGNAL_WITH_START"
    SIGNAL = "SIGNAL"
    UPDATE_WITH_START = "UPDATE_WITH_START"
    UPDATE = "UPDATE"
    START = "START"
    """No signal: the ID holds the idempotency key and the start message carries the payload."""


class FieldType(enum.Enum):
    """The Python type of a marked scalar field."""

    STRING = "str"
    INTEGER = "int"
    ENUM = "enum"
    """Rendered by its value's name."""


class MessageType(NamedTuple):
    """A protobuf message as generated Python code names it."""

    full_name: str
    """Without a leading dot, e.g. ``orders.v1.OrderPlaced``."""
    module: DottedName
    """The ``_pb2`` module, e.g. ``orders.v1.order_process_pb2``."""
    path: DottedName
    """Attribute path inside the module, e.g. ``OrderPlaced`` or ``Envelope.OrderPlaced``."""


class FieldPath(NamedTuple):
    """Singular fields from a root message down to a value, by their proto names."""

    names: tuple[FieldName, ...]

    @property
    def dotted(self) -> str:
        """The path as option authors write it: ``meta.key.tenant_id``."""
        return ".".join(self.names)

    def of(self, root: str) -> str:
        """Return the Python expression that reads this path below the expression `root`."""
        for name in self.names:
            root = name.of(root)
        return root


class KeyField(NamedTuple):
    """One ``workflow_key`` field."""

    name: Identifier
    """Attribute of the generated key class."""
    path: FieldPath
    """From the envelope."""
    type: FieldType
    enum_module: DottedName | None = None
    enum_path: DottedName | None = None
    sensitive: bool = False


class IdLiteral(NamedTuple):
    """Constant text of a workflow ID."""

    text: str


class IdKeyField(NamedTuple):
    """The place of a key field in a workflow ID."""

    field: KeyField


class IdIdempotencyKey(NamedTuple):
    """The place of the event's idempotency key in a workflow ID (TRANSACTION)."""

    path: FieldPath
    """From the envelope."""


IdPart = IdLiteral | IdKeyField | IdIdempotencyKey


class Envelope(NamedTuple):
    """The message that ingress decodes and signals carry."""

    message: MessageType
    payload_oneof: FieldName
    idempotency_key: FieldPath
    schema_version: FieldPath
    key_fields: tuple[KeyField, ...]
    aggregate_version: FieldPath | None = None
    """In meta; a payload's own stands in :attr:`Event.aggregate_version`."""
    observed_at: FieldPath | None = None
    """``google.protobuf.Timestamp observed_at`` of meta."""
    source: FieldPath | None = None
    traceparent: FieldPath | None = None
    tracestate: FieldPath | None = None
    correlation_id: FieldPath | None = None
    causation_id: FieldPath | None = None
    sensitive: tuple[FieldPath, ...] = ()
    """Every field below the envelope marked ``sensitive``."""


TEXT_META: Final = ("source", "traceparent", "tracestate", "correlation_id", "causation_id")
"""The fields of :class:`Envelope` that are found in meta by their name and type, ``string``."""


class Event(NamedTuple):
    """One case of the envelope's payload oneof: an inbound fact or a command."""

    case: FieldName
    """Field name in the oneof."""
    message: MessageType
    event_type: str
    """Stable external ID; the name of the signal or update."""
    constant: Identifier
    """Member of the generated ``EventType`` enum, e.g. ``ORDER_PLACED``."""
    method: Identifier
    """Method of the workflow entry and client, e.g. ``order_placed``."""
    handler: Identifier
    """Method of the human class, e.g. ``on_order_placed``."""
    is_command: bool
    delivery: Delivery
    starts: bool
    response: MessageType | None = None
    """UPDATE only."""
    aggregate_version: FieldPath | None = None
    """From the envelope, through this payload."""
    schema_subject: str = ""
    doc: str = ""


class OutboundFact(NamedTuple):
    """A fact that the process emits."""

    message: MessageType
    event_type: str
    constant: Identifier
    emitter: Identifier
    """Method of the process that emits it, e.g. ``emit_quote_approved``."""
    stream_ref: str
    schema_subject: str = ""
    partition_key_fields: tuple[FieldPath, ...] = ()
    idempotency_key_fields: tuple[FieldPath, ...] = ()
    doc: str = ""


class FillSource(enum.Enum):
    """What a field of a start message is filled from."""

    START_VERSION = "START_VERSION"
    KEY_MESSAGE = "KEY_MESSAGE"
    OBSERVED_AT = "OBSERVED_AT"
    PAYLOAD = "PAYLOAD"
    ENVELOPE_PATH = "ENVELOPE_PATH"


class StartFill(NamedTuple):
    """One field of a start message that ingress fills from the first event."""

    field: FieldName
    source: FillSource
    envelope_path: FieldPath | None = None
    """KEY_MESSAGE, OBSERVED_AT, ENVELOPE_PATH, and PAYLOAD (whose first name is the oneof case)."""
    is_message: bool = False
    """Filled with CopyFrom rather than by assignment."""


class StartVersion(NamedTuple):
    """One version of the start arguments."""

    version: int
    message: MessageType
    version_field: FieldName | None
    """The ``uint32`` that holds the version; None inside a wrapper's oneof."""
    wrapper_case: FieldName | None
    """The case of the wrapper's oneof; None for side-by-side messages."""
    fills: tuple[StartFill, ...]
    result: MessageType | None
    key_paths: tuple[FieldPath, ...] | None
    """Where each of ``Envelope.key_fields`` stands in this message; None if not all do."""


class Start(NamedTuple):
    """All start versions, oldest first."""

    versions: tuple[StartVersion, ...]
    wrapper: MessageType | None
    wrapper_oneof: FieldName | None

    @property
    def newest(self) -> StartVersion:
        """The version that ingress and clients send."""
        return self.versions[-1]


class SearchAttribute(NamedTuple):
    """A state field published as a Temporal search attribute."""

    name: str
    path: FieldPath
    """From the state message."""
    type: str
    """``KEYWORD``, ``KEYWORD_LIST``, ``INT``, ``DOUBLE``, ``BOOL``, ``DATETIME``."""


class State(NamedTuple):
    """The process's durable state message."""

    message: MessageType
    search_attributes: tuple[SearchAttribute, ...] = ()


class Query(NamedTuple):
    """A typed query: the message is its argument."""

    message: MessageType
    response: MessageType
    name: str
    """Temporal query name: the message's full name."""
    method: Identifier
    handler: Identifier
    """Method of the human class, e.g. ``query_open_items``."""
    doc: str = ""


class Cancellation(enum.Enum):
    """``ActivityOptions.cancellation``."""

    TRY_CANCEL = "TRY_CANCEL"
    WAIT = "WAIT_CANCELLATION_COMPLETED"
    ABANDON = "ABANDON"


class Retry(NamedTuple):
    """A retry policy with every default resolved."""

    initial_interval: timedelta
    backoff_coefficient: float
    maximum_interval: timedelta | None
    maximum_attempts: int
    """0 means no limit."""
    non_retryable_error_types: tuple[str, ...] = ()


class Activity(NamedTuple):
    """One rpc of the process's activity service, defaults resolved."""

    name: str
    """Temporal activity type: ``<service full name>.<rpc>``."""
    method: Identifier
    constant: Identifier
    input: MessageType
    output: MessageType
    start_to_close_timeout: timedelta | None
    schedule_to_close_timeout: timedelta | None
    schedule_to_start_timeout: timedelta | None
    heartbeat_timeout: timedelta | None
    retry: Retry
    task_queue: str | None
    local: bool
    compensated_by: Identifier | None
    """Method of the compensating activity."""
    cancellation: Cancellation
    doc: str = ""


class Subscription(NamedTuple):
    """A logical ingress subscription."""

    name: str
    kind: str
    binding_ref: str


class Stream(NamedTuple):
    """A logical stream of outbound facts."""

    name: str
    kind: str
    binding_ref: str


class Schedule(NamedTuple):
    """A Temporal schedule of the contract."""

    name: str
    cron: str | None
    interval: timedelta | None
    overlap: str
    """Name in ``temporalio.client.ScheduleOverlapPolicy``."""
    catchup_window: timedelta | None
    time_zone: str | None


class Process(NamedTuple):
    """One process: one annotated file."""

    name: str
    source: str
    """Path of the proto file."""
    doc: str
    package: Identifier
    """Generated package and folder."""
    class_prefix: Identifier
    """PascalCase of the name: ``OrderFulfillment``."""
    impl_module: DottedName
    """Package of the human modules, e.g. ``processes.order_fulfillment``."""
    workflow_type: str
    task_queue: str
    kind: Kind
    reuse_policy: ReusePolicy
    singleton_per_key: bool
    versioning_behavior: VersioningBehavior
    api_major: int
    api_minor: int
    execution_timeout: timedelta | None
    """None: the server's default. Zero: no limit."""
    run_timeout: timedelta | None
    task_timeout: timedelta | None
    workflow_id: tuple[IdPart, ...]
    envelope: Envelope
    events: tuple[Event, ...]
    """In order of declaration in the oneof."""
    outbound: tuple[OutboundFact, ...]
    start: Start
    result: MessageType | None
    """Result of the newest start version."""
    state: State | None
    queries: tuple[Query, ...]
    activities: tuple[Activity, ...]
    subscriptions: tuple[Subscription, ...]
    streams: tuple[Stream, ...]
    schedules: tuple[Schedule, ...]
    checksum: str
    """Hex SHA-256 of the contract: of all that a peer or a running execution can see."""


class WorkerGroup(NamedTuple):
    """Processes that share one task queue, one worker and one ingress."""

    name: str
    package: Identifier
    """Where ``worker/`` and ``ingress/`` are generated; the process's own package when it is alone."""
    task_queue: str
    processes: tuple[Process, ...]


class Generation(NamedTuple):
    """Everything one request asks for."""

    plugin_version: str
    groups: tuple[WorkerGroup, ...]
