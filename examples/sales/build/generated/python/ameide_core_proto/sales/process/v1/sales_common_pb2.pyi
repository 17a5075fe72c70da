import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from process.v1 import process_options_pb2 as _process_options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuoteKey(_message.Message):
    __slots__ = ("tenant_id", "quote_id")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    quote_id: str
    def __init__(self, tenant_id: _Optional[str] = ..., quote_id: _Optional[str] = ...) -> None: ...

class SalesEventMeta(_message.Message):
    __slots__ = ("idempotency_key", "schema_version", "key", "quote_version", "observed_at", "source", "correlation_id", "causation_id", "traceparent", "tracestate")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUOTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSATION_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    schema_version: int
    key: QuoteKey
    quote_version: int
    observed_at: _timestamp_pb2.Timestamp
    source: str
    correlation_id: str
    causation_id: str
    traceparent: str
    tracestate: str
    def __init__(self, idempotency_key: _Optional[str] = ..., schema_version: _Optional[int] = ..., key: _Optional[_Union[QuoteKey, _Mapping]] = ..., quote_version: _Optional[int] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[str] = ..., correlation_id: _Optional[str] = ..., causation_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., tracestate: _Optional[str] = ...) -> None: ...

class SalesProcessSubject(_message.Message):
    __slots__ = ("tenant_id", "quote_id", "workflow_id", "workflow_type")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_ID_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_TYPE_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    quote_id: str
    workflow_id: str
    workflow_type: str
    def __init__(self, tenant_id: _Optional[str] = ..., quote_id: _Optional[str] = ..., workflow_id: _Optional[str] = ..., workflow_type: _Optional[str] = ...) -> None: ...

class Money(_message.Message):
    __slots__ = ("minor_units", "currency")
    MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    minor_units: int
    currency: str
    def __init__(self, minor_units: _Optional[int] = ..., currency: _Optional[str] = ...) -> None: ...
