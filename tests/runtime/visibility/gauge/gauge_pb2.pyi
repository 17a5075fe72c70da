# mypy: disable-error-code=type-arg
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Level(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEVEL_UNSPECIFIED: _ClassVar[Level]
    LEVEL_LOW: _ClassVar[Level]
    LEVEL_HIGH: _ClassVar[Level]
LEVEL_UNSPECIFIED: Level
LEVEL_LOW: Level
LEVEL_HIGH: Level

class Meta(_message.Message):
    __slots__ = ("idempotency_key", "tenant", "number", "observed_at")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    tenant: str
    number: int
    observed_at: _timestamp_pb2.Timestamp
    def __init__(self, idempotency_key: _Optional[str] = ..., tenant: _Optional[str] = ..., number: _Optional[int] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GaugeEvent(_message.Message):
    __slots__ = ("meta", "set", "closed")
    META_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    meta: Meta
    set: Set
    closed: Closed
    def __init__(self, meta: _Optional[_Union[Meta, _Mapping]] = ..., set: _Optional[_Union[Set, _Mapping]] = ..., closed: _Optional[_Union[Closed, _Mapping]] = ...) -> None: ...

class Set(_message.Message):
    __slots__ = ("state",)
    STATE_FIELD_NUMBER: _ClassVar[int]
    state: GaugeState
    def __init__(self, state: _Optional[_Union[GaugeState, _Mapping]] = ...) -> None: ...

class Closed(_message.Message):
    __slots__ = ("state", "fails")
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILS_FIELD_NUMBER: _ClassVar[int]
    state: GaugeState
    fails: bool
    def __init__(self, state: _Optional[_Union[GaugeState, _Mapping]] = ..., fails: _Optional[bool] = ...) -> None: ...

class GaugeState(_message.Message):
    __slots__ = ("site", "level", "count", "serial", "value", "alarmed", "since", "tags", "place", "closed", "fails")
    class Place(_message.Message):
        __slots__ = ("city",)
        CITY_FIELD_NUMBER: _ClassVar[int]
        city: str
        def __init__(self, city: _Optional[str] = ...) -> None: ...
    SITE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ALARMED_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    FAILS_FIELD_NUMBER: _ClassVar[int]
    site: str
    level: Level
    count: int
    serial: int
    value: float
    alarmed: bool
    since: _timestamp_pb2.Timestamp
    tags: _containers.RepeatedScalarFieldContainer[str]
    place: GaugeState.Place
    closed: bool
    fails: bool
    def __init__(self, site: _Optional[str] = ..., level: _Optional[_Union[Level, str]] = ..., count: _Optional[int] = ..., serial: _Optional[int] = ..., value: _Optional[float] = ..., alarmed: _Optional[bool] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tags: _Optional[_Iterable[str]] = ..., place: _Optional[_Union[GaugeState.Place, _Mapping]] = ..., closed: _Optional[bool] = ..., fails: _Optional[bool] = ...) -> None: ...

class GaugeStart(_message.Message):
    __slots__ = ("start_version", "started_at", "tenant")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    started_at: _timestamp_pb2.Timestamp
    tenant: str
    def __init__(self, start_version: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tenant: _Optional[str] = ...) -> None: ...

class GaugeResult(_message.Message):
    __slots__ = ("start",)
    START_FIELD_NUMBER: _ClassVar[int]
    start: GaugeStart
    def __init__(self, start: _Optional[_Union[GaugeStart, _Mapping]] = ...) -> None: ...
