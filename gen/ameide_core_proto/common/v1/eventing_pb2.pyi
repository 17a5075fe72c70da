from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor
EVENT_FACT_FIELD_NUMBER: _ClassVar[int]
event_fact: _descriptor.FieldDescriptor

class EventFact(_message.Message):
    __slots__ = ("type", "schema_subject", "stream_ref", "partition_key_fields", "idempotency_key_fields")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    STREAM_REF_FIELD_NUMBER: _ClassVar[int]
    PARTITION_KEY_FIELDS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELDS_FIELD_NUMBER: _ClassVar[int]
    type: str
    schema_subject: str
    stream_ref: str
    partition_key_fields: _containers.RepeatedScalarFieldContainer[str]
    idempotency_key_fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, type: _Optional[str] = ..., schema_subject: _Optional[str] = ..., stream_ref: _Optional[str] = ..., partition_key_fields: _Optional[_Iterable[str]] = ..., idempotency_key_fields: _Optional[_Iterable[str]] = ...) -> None: ...
