# mypy: disable-error-code=type-arg
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Meta(_message.Message):
    __slots__ = ("idempotency_key", "account_id", "schema_version", "aggregate_version")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    account_id: str
    schema_version: int
    aggregate_version: int
    def __init__(self, idempotency_key: _Optional[str] = ..., account_id: _Optional[str] = ..., schema_version: _Optional[int] = ..., aggregate_version: _Optional[int] = ...) -> None: ...

class LedgerEvent(_message.Message):
    __slots__ = ("meta", "booked", "charged", "closed", "transfer")
    META_FIELD_NUMBER: _ClassVar[int]
    BOOKED_FIELD_NUMBER: _ClassVar[int]
    CHARGED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    meta: Meta
    booked: Booked
    charged: Charged
    closed: Closed
    transfer: Transfer
    def __init__(self, meta: _Optional[_Union[Meta, _Mapping]] = ..., booked: _Optional[_Union[Booked, _Mapping]] = ..., charged: _Optional[_Union[Charged, _Mapping]] = ..., closed: _Optional[_Union[Closed, _Mapping]] = ..., transfer: _Optional[_Union[Transfer, _Mapping]] = ...) -> None: ...

class Booked(_message.Message):
    __slots__ = ("amount",)
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    amount: int
    def __init__(self, amount: _Optional[int] = ...) -> None: ...

class Charged(_message.Message):
    __slots__ = ("amount",)
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    amount: int
    def __init__(self, amount: _Optional[int] = ...) -> None: ...

class Closed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Transfer(_message.Message):
    __slots__ = ("amount",)
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    amount: int
    def __init__(self, amount: _Optional[int] = ...) -> None: ...

class TransferReply(_message.Message):
    __slots__ = ("balance",)
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    balance: int
    def __init__(self, balance: _Optional[int] = ...) -> None: ...

class LedgerStart(_message.Message):
    __slots__ = ("start_version", "account_id", "course")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    account_id: str
    course: str
    def __init__(self, start_version: _Optional[int] = ..., account_id: _Optional[str] = ..., course: _Optional[str] = ...) -> None: ...

class LedgerState(_message.Message):
    __slots__ = ("balance", "applied", "closed")
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    balance: int
    applied: _containers.RepeatedScalarFieldContainer[str]
    closed: bool
    def __init__(self, balance: _Optional[int] = ..., applied: _Optional[_Iterable[str]] = ..., closed: _Optional[bool] = ...) -> None: ...

class LedgerResult(_message.Message):
    __slots__ = ("balance", "applied")
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    balance: int
    applied: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, balance: _Optional[int] = ..., applied: _Optional[_Iterable[str]] = ...) -> None: ...

class ChargeRequest(_message.Message):
    __slots__ = ("reference", "amount")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    reference: str
    amount: int
    def __init__(self, reference: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class ChargeResponse(_message.Message):
    __slots__ = ("receipt",)
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    receipt: str
    def __init__(self, receipt: _Optional[str] = ...) -> None: ...
