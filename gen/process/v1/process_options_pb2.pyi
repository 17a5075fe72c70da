import datetime

from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
PROCESS_FIELD_NUMBER: _ClassVar[int]
process: _descriptor.FieldDescriptor
FACT_FIELD_NUMBER: _ClassVar[int]
fact: _descriptor.FieldDescriptor
COMMAND_FIELD_NUMBER: _ClassVar[int]
command: _descriptor.FieldDescriptor
START_FIELD_NUMBER: _ClassVar[int]
start: _descriptor.FieldDescriptor
STATE_FIELD_NUMBER: _ClassVar[int]
state: _descriptor.FieldDescriptor
QUERY_FIELD_NUMBER: _ClassVar[int]
query: _descriptor.FieldDescriptor
MARKERS_FIELD_NUMBER: _ClassVar[int]
markers: _descriptor.FieldDescriptor
ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
activities: _descriptor.FieldDescriptor
ACTIVITY_FIELD_NUMBER: _ClassVar[int]
activity: _descriptor.FieldDescriptor

class ProcessOptions(_message.Message):
    __slots__ = ("name", "workflow_type", "default_task_queue", "workflow_id", "kind", "singleton_per_key", "reuse_policy", "versioning_behavior", "worker_group", "api_major", "api_minor", "execution_timeout", "run_timeout", "task_timeout", "ingress", "publish", "schedules")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[ProcessOptions.Kind]
        ENTITY: _ClassVar[ProcessOptions.Kind]
        TRANSACTION: _ClassVar[ProcessOptions.Kind]
    KIND_UNSPECIFIED: ProcessOptions.Kind
    ENTITY: ProcessOptions.Kind
    TRANSACTION: ProcessOptions.Kind
    class ReusePolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        REUSE_POLICY_UNSPECIFIED: _ClassVar[ProcessOptions.ReusePolicy]
        REJECT_DUPLICATE: _ClassVar[ProcessOptions.ReusePolicy]
        ALLOW_DUPLICATE_FAILED_ONLY: _ClassVar[ProcessOptions.ReusePolicy]
        ALLOW_DUPLICATE: _ClassVar[ProcessOptions.ReusePolicy]
    REUSE_POLICY_UNSPECIFIED: ProcessOptions.ReusePolicy
    REJECT_DUPLICATE: ProcessOptions.ReusePolicy
    ALLOW_DUPLICATE_FAILED_ONLY: ProcessOptions.ReusePolicy
    ALLOW_DUPLICATE: ProcessOptions.ReusePolicy
    class VersioningBehavior(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VERSIONING_BEHAVIOR_UNSPECIFIED: _ClassVar[ProcessOptions.VersioningBehavior]
        PINNED: _ClassVar[ProcessOptions.VersioningBehavior]
        AUTO_UPGRADE: _ClassVar[ProcessOptions.VersioningBehavior]
    VERSIONING_BEHAVIOR_UNSPECIFIED: ProcessOptions.VersioningBehavior
    PINNED: ProcessOptions.VersioningBehavior
    AUTO_UPGRADE: ProcessOptions.VersioningBehavior
    NAME_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_TYPE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TASK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SINGLETON_PER_KEY_FIELD_NUMBER: _ClassVar[int]
    REUSE_POLICY_FIELD_NUMBER: _ClassVar[int]
    VERSIONING_BEHAVIOR_FIELD_NUMBER: _ClassVar[int]
    WORKER_GROUP_FIELD_NUMBER: _ClassVar[int]
    API_MAJOR_FIELD_NUMBER: _ClassVar[int]
    API_MINOR_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RUN_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    TASK_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    INGRESS_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    SCHEDULES_FIELD_NUMBER: _ClassVar[int]
    name: str
    workflow_type: str
    default_task_queue: str
    workflow_id: WorkflowId
    kind: ProcessOptions.Kind
    singleton_per_key: bool
    reuse_policy: ProcessOptions.ReusePolicy
    versioning_behavior: ProcessOptions.VersioningBehavior
    worker_group: str
    api_major: int
    api_minor: int
    execution_timeout: _duration_pb2.Duration
    run_timeout: _duration_pb2.Duration
    task_timeout: _duration_pb2.Duration
    ingress: _containers.RepeatedCompositeFieldContainer[IngressSubscription]
    publish: _containers.RepeatedCompositeFieldContainer[FactStream]
    schedules: _containers.RepeatedCompositeFieldContainer[Schedule]
    def __init__(self, name: _Optional[str] = ..., workflow_type: _Optional[str] = ..., default_task_queue: _Optional[str] = ..., workflow_id: _Optional[_Union[WorkflowId, _Mapping]] = ..., kind: _Optional[_Union[ProcessOptions.Kind, str]] = ..., singleton_per_key: _Optional[bool] = ..., reuse_policy: _Optional[_Union[ProcessOptions.ReusePolicy, str]] = ..., versioning_behavior: _Optional[_Union[ProcessOptions.VersioningBehavior, str]] = ..., worker_group: _Optional[str] = ..., api_major: _Optional[int] = ..., api_minor: _Optional[int] = ..., execution_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., run_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., task_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., ingress: _Optional[_Iterable[_Union[IngressSubscription, _Mapping]]] = ..., publish: _Optional[_Iterable[_Union[FactStream, _Mapping]]] = ..., schedules: _Optional[_Iterable[_Union[Schedule, _Mapping]]] = ...) -> None: ...

class WorkflowId(_message.Message):
    __slots__ = ("mode", "template", "prefix")
    class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        MODE_UNSPECIFIED: _ClassVar[WorkflowId.Mode]
        MODE_BUSINESS_KEY: _ClassVar[WorkflowId.Mode]
        MODE_IDEMPOTENCY_KEY: _ClassVar[WorkflowId.Mode]
        MODE_TEMPLATE: _ClassVar[WorkflowId.Mode]
    MODE_UNSPECIFIED: WorkflowId.Mode
    MODE_BUSINESS_KEY: WorkflowId.Mode
    MODE_IDEMPOTENCY_KEY: WorkflowId.Mode
    MODE_TEMPLATE: WorkflowId.Mode
    MODE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    mode: WorkflowId.Mode
    template: str
    prefix: str
    def __init__(self, mode: _Optional[_Union[WorkflowId.Mode, str]] = ..., template: _Optional[str] = ..., prefix: _Optional[str] = ...) -> None: ...

class IngressSubscription(_message.Message):
    __slots__ = ("name", "kind", "binding_ref")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BINDING_REF_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    binding_ref: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., binding_ref: _Optional[str] = ...) -> None: ...

class FactStream(_message.Message):
    __slots__ = ("name", "kind", "binding_ref")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BINDING_REF_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    binding_ref: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., binding_ref: _Optional[str] = ...) -> None: ...

class Schedule(_message.Message):
    __slots__ = ("name", "cron", "interval", "overlap", "catchup_window", "time_zone")
    class Overlap(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OVERLAP_UNSPECIFIED: _ClassVar[Schedule.Overlap]
        SKIP: _ClassVar[Schedule.Overlap]
        BUFFER_ONE: _ClassVar[Schedule.Overlap]
        BUFFER_ALL: _ClassVar[Schedule.Overlap]
        CANCEL_OTHER: _ClassVar[Schedule.Overlap]
        TERMINATE_OTHER: _ClassVar[Schedule.Overlap]
        ALLOW_ALL: _ClassVar[Schedule.Overlap]
    OVERLAP_UNSPECIFIED: Schedule.Overlap
    SKIP: Schedule.Overlap
    BUFFER_ONE: Schedule.Overlap
    BUFFER_ALL: Schedule.Overlap
    CANCEL_OTHER: Schedule.Overlap
    TERMINATE_OTHER: Schedule.Overlap
    ALLOW_ALL: Schedule.Overlap
    NAME_FIELD_NUMBER: _ClassVar[int]
    CRON_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_FIELD_NUMBER: _ClassVar[int]
    CATCHUP_WINDOW_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    name: str
    cron: str
    interval: _duration_pb2.Duration
    overlap: Schedule.Overlap
    catchup_window: _duration_pb2.Duration
    time_zone: str
    def __init__(self, name: _Optional[str] = ..., cron: _Optional[str] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., overlap: _Optional[_Union[Schedule.Overlap, str]] = ..., catchup_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class FactOptions(_message.Message):
    __slots__ = ("direction", "starts")
    class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        DIRECTION_UNSPECIFIED: _ClassVar[FactOptions.Direction]
        INBOUND: _ClassVar[FactOptions.Direction]
        OUTBOUND: _ClassVar[FactOptions.Direction]
    DIRECTION_UNSPECIFIED: FactOptions.Direction
    INBOUND: FactOptions.Direction
    OUTBOUND: FactOptions.Direction
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    direction: FactOptions.Direction
    starts: bool
    def __init__(self, direction: _Optional[_Union[FactOptions.Direction, str]] = ..., starts: _Optional[bool] = ...) -> None: ...

class CommandOptions(_message.Message):
    __slots__ = ("delivery", "response", "starts")
    class Delivery(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        DELIVERY_UNSPECIFIED: _ClassVar[CommandOptions.Delivery]
        SIGNAL: _ClassVar[CommandOptions.Delivery]
        UPDATE: _ClassVar[CommandOptions.Delivery]
    DELIVERY_UNSPECIFIED: CommandOptions.Delivery
    SIGNAL: CommandOptions.Delivery
    UPDATE: CommandOptions.Delivery
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    delivery: CommandOptions.Delivery
    response: str
    starts: bool
    def __init__(self, delivery: _Optional[_Union[CommandOptions.Delivery, str]] = ..., response: _Optional[str] = ..., starts: _Optional[bool] = ...) -> None: ...

class StartOptions(_message.Message):
    __slots__ = ("version", "result")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    version: int
    result: str
    def __init__(self, version: _Optional[int] = ..., result: _Optional[str] = ...) -> None: ...

class StateOptions(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QueryOptions(_message.Message):
    __slots__ = ("response",)
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    response: str
    def __init__(self, response: _Optional[str] = ...) -> None: ...

class FieldMarkers(_message.Message):
    __slots__ = ("workflow_key", "idempotency_key", "schema_version", "start_version", "search_attribute", "aggregate_version", "sensitive")
    WORKFLOW_KEY_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    SEARCH_ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    workflow_key: bool
    idempotency_key: bool
    schema_version: bool
    start_version: bool
    search_attribute: str
    aggregate_version: bool
    sensitive: bool
    def __init__(self, workflow_key: _Optional[bool] = ..., idempotency_key: _Optional[bool] = ..., schema_version: _Optional[bool] = ..., start_version: _Optional[bool] = ..., search_attribute: _Optional[str] = ..., aggregate_version: _Optional[bool] = ..., sensitive: _Optional[bool] = ..., **kwargs) -> None: ...

class RetryOptions(_message.Message):
    __slots__ = ("initial_interval", "backoff_coefficient", "maximum_interval", "maximum_attempts", "non_retryable_error_types")
    INITIAL_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_COEFFICIENT_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NON_RETRYABLE_ERROR_TYPES_FIELD_NUMBER: _ClassVar[int]
    initial_interval: _duration_pb2.Duration
    backoff_coefficient: float
    maximum_interval: _duration_pb2.Duration
    maximum_attempts: int
    non_retryable_error_types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, initial_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., backoff_coefficient: _Optional[float] = ..., maximum_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., maximum_attempts: _Optional[int] = ..., non_retryable_error_types: _Optional[_Iterable[str]] = ...) -> None: ...

class ActivityOptions(_message.Message):
    __slots__ = ("start_to_close_timeout", "schedule_to_close_timeout", "schedule_to_start_timeout", "heartbeat_timeout", "retry", "task_queue", "local", "compensated_by", "cancellation")
    class Cancellation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        CANCELLATION_UNSPECIFIED: _ClassVar[ActivityOptions.Cancellation]
        TRY_CANCEL: _ClassVar[ActivityOptions.Cancellation]
        WAIT: _ClassVar[ActivityOptions.Cancellation]
        ABANDON: _ClassVar[ActivityOptions.Cancellation]
    CANCELLATION_UNSPECIFIED: ActivityOptions.Cancellation
    TRY_CANCEL: ActivityOptions.Cancellation
    WAIT: ActivityOptions.Cancellation
    ABANDON: ActivityOptions.Cancellation
    START_TO_CLOSE_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_CLOSE_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_START_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    TASK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_BY_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    start_to_close_timeout: _duration_pb2.Duration
    schedule_to_close_timeout: _duration_pb2.Duration
    schedule_to_start_timeout: _duration_pb2.Duration
    heartbeat_timeout: _duration_pb2.Duration
    retry: RetryOptions
    task_queue: str
    local: bool
    compensated_by: str
    cancellation: ActivityOptions.Cancellation
    def __init__(self, start_to_close_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule_to_close_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule_to_start_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., heartbeat_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryOptions, _Mapping]] = ..., task_queue: _Optional[str] = ..., local: _Optional[bool] = ..., compensated_by: _Optional[str] = ..., cancellation: _Optional[_Union[ActivityOptions.Cancellation, str]] = ...) -> None: ...

class ActivityDefaults(_message.Message):
    __slots__ = ("start_to_close_timeout", "schedule_to_close_timeout", "schedule_to_start_timeout", "heartbeat_timeout", "retry", "task_queue", "local", "compensated_by", "cancellation")
    START_TO_CLOSE_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_CLOSE_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TO_START_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    TASK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_BY_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    start_to_close_timeout: _duration_pb2.Duration
    schedule_to_close_timeout: _duration_pb2.Duration
    schedule_to_start_timeout: _duration_pb2.Duration
    heartbeat_timeout: _duration_pb2.Duration
    retry: RetryOptions
    task_queue: str
    local: bool
    compensated_by: str
    cancellation: ActivityOptions.Cancellation
    def __init__(self, start_to_close_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule_to_close_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule_to_start_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., heartbeat_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryOptions, _Mapping]] = ..., task_queue: _Optional[str] = ..., local: _Optional[bool] = ..., compensated_by: _Optional[str] = ..., cancellation: _Optional[_Union[ActivityOptions.Cancellation, str]] = ...) -> None: ...
