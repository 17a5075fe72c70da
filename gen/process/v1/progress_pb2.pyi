import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProcessProgressed(_message.Message):
    __slots__ = ("process", "phase", "previous_phase", "outcome", "uncompensated_activities", "occurred_at", "started_at")
    class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OUTCOME_UNSPECIFIED: _ClassVar[ProcessProgressed.Outcome]
        OUTCOME_COMPLETED: _ClassVar[ProcessProgressed.Outcome]
        OUTCOME_FAILED: _ClassVar[ProcessProgressed.Outcome]
        OUTCOME_CANCELLED: _ClassVar[ProcessProgressed.Outcome]
        OUTCOME_COMPENSATION_FAILED: _ClassVar[ProcessProgressed.Outcome]
    OUTCOME_UNSPECIFIED: ProcessProgressed.Outcome
    OUTCOME_COMPLETED: ProcessProgressed.Outcome
    OUTCOME_FAILED: ProcessProgressed.Outcome
    OUTCOME_CANCELLED: ProcessProgressed.Outcome
    OUTCOME_COMPENSATION_FAILED: ProcessProgressed.Outcome
    PROCESS_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_PHASE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    UNCOMPENSATED_ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    process: str
    phase: str
    previous_phase: str
    outcome: ProcessProgressed.Outcome
    uncompensated_activities: _containers.RepeatedScalarFieldContainer[str]
    occurred_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    def __init__(self, process: _Optional[str] = ..., phase: _Optional[str] = ..., previous_phase: _Optional[str] = ..., outcome: _Optional[_Union[ProcessProgressed.Outcome, str]] = ..., uncompensated_activities: _Optional[_Iterable[str]] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
