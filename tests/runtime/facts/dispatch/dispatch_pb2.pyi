# mypy: disable-error-code=type-arg
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Meta(_message.Message):
    __slots__ = ("idempotency_key", "tenant", "parcel", "traceparent", "tracestate", "correlation_id")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    PARCEL_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    tenant: str
    parcel: str
    traceparent: str
    tracestate: str
    correlation_id: str
    def __init__(self, idempotency_key: _Optional[str] = ..., tenant: _Optional[str] = ..., parcel: _Optional[str] = ..., traceparent: _Optional[str] = ..., tracestate: _Optional[str] = ..., correlation_id: _Optional[str] = ...) -> None: ...

class DispatchEvent(_message.Message):
    __slots__ = ("meta", "scanned", "closed")
    META_FIELD_NUMBER: _ClassVar[int]
    SCANNED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    meta: Meta
    scanned: Scanned
    closed: Closed
    def __init__(self, meta: _Optional[_Union[Meta, _Mapping]] = ..., scanned: _Optional[_Union[Scanned, _Mapping]] = ..., closed: _Optional[_Union[Closed, _Mapping]] = ...) -> None: ...

class Scanned(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, places: _Optional[_Iterable[str]] = ...) -> None: ...

class Closed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DispatchStart(_message.Message):
    __slots__ = ("tenant", "parcel")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    PARCEL_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    parcel: str
    def __init__(self, tenant: _Optional[str] = ..., parcel: _Optional[str] = ...) -> None: ...

class DispatchState(_message.Message):
    __slots__ = ("closed",)
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    closed: bool
    def __init__(self, closed: _Optional[bool] = ...) -> None: ...

class DispatchResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ParcelMoved(_message.Message):
    __slots__ = ("place",)
    PLACE_FIELD_NUMBER: _ClassVar[int]
    place: str
    def __init__(self, place: _Optional[str] = ...) -> None: ...

class ParcelArrived(_message.Message):
    __slots__ = ("receipt",)
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    receipt: Receipt
    def __init__(self, receipt: _Optional[_Union[Receipt, _Mapping]] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("tenant", "number", "seal")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    number: int
    seal: bytes
    def __init__(self, tenant: _Optional[str] = ..., number: _Optional[int] = ..., seal: _Optional[bytes] = ...) -> None: ...
