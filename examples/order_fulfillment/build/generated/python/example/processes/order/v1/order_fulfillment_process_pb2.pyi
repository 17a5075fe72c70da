import datetime

from ameide_core_proto.common.v1 import eventing_pb2 as _eventing_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from process.v1 import process_options_pb2 as _process_options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderKey(_message.Message):
    __slots__ = ("tenant_id", "order_id")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    order_id: str
    def __init__(self, tenant_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class EventMeta(_message.Message):
    __slots__ = ("idempotency_key", "observed_at", "source", "key", "schema_version")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    observed_at: _timestamp_pb2.Timestamp
    source: str
    key: OrderKey
    schema_version: int
    def __init__(self, idempotency_key: _Optional[str] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[str] = ..., key: _Optional[_Union[OrderKey, _Mapping]] = ..., schema_version: _Optional[int] = ...) -> None: ...

class OrderFulfillmentEvent(_message.Message):
    __slots__ = ("meta", "order_placed", "payment_authorized", "shipment_created", "cancel_order")
    META_FIELD_NUMBER: _ClassVar[int]
    ORDER_PLACED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_AUTHORIZED_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_CREATED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_ORDER_FIELD_NUMBER: _ClassVar[int]
    meta: EventMeta
    order_placed: OrderPlaced
    payment_authorized: PaymentAuthorized
    shipment_created: ShipmentCreated
    cancel_order: CancelOrder
    def __init__(self, meta: _Optional[_Union[EventMeta, _Mapping]] = ..., order_placed: _Optional[_Union[OrderPlaced, _Mapping]] = ..., payment_authorized: _Optional[_Union[PaymentAuthorized, _Mapping]] = ..., shipment_created: _Optional[_Union[ShipmentCreated, _Mapping]] = ..., cancel_order: _Optional[_Union[CancelOrder, _Mapping]] = ...) -> None: ...

class OrderPlaced(_message.Message):
    __slots__ = ("order_id", "placed_at", "payment_window")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_WINDOW_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    placed_at: _timestamp_pb2.Timestamp
    payment_window: _duration_pb2.Duration
    def __init__(self, order_id: _Optional[str] = ..., placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., payment_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PaymentAuthorized(_message.Message):
    __slots__ = ("order_id", "payment_id", "authorized_at")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZED_AT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    payment_id: str
    authorized_at: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., authorized_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ShipmentCreated(_message.Message):
    __slots__ = ("order_id", "shipment_id", "created_at")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    shipment_id: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderClosed(_message.Message):
    __slots__ = ("key", "final_status")
    KEY_FIELD_NUMBER: _ClassVar[int]
    FINAL_STATUS_FIELD_NUMBER: _ClassVar[int]
    key: OrderKey
    final_status: str
    def __init__(self, key: _Optional[_Union[OrderKey, _Mapping]] = ..., final_status: _Optional[str] = ...) -> None: ...

class CancelOrder(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class OrderFulfillmentStartV1(_message.Message):
    __slots__ = ("start_version", "key", "started_at")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    key: OrderKey
    started_at: _timestamp_pb2.Timestamp
    def __init__(self, start_version: _Optional[int] = ..., key: _Optional[_Union[OrderKey, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderFulfillmentResultV1(_message.Message):
    __slots__ = ("order_id", "final_status")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    FINAL_STATUS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    final_status: str
    def __init__(self, order_id: _Optional[str] = ..., final_status: _Optional[str] = ...) -> None: ...

class OrderFulfillmentState(_message.Message):
    __slots__ = ("placed_at", "pay_by", "payment_id", "payment_captured", "shipment_requested", "shipment_id", "cancelled", "cancel_reason")
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    PAY_BY_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_CAPTURED_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REASON_FIELD_NUMBER: _ClassVar[int]
    placed_at: _timestamp_pb2.Timestamp
    pay_by: _timestamp_pb2.Timestamp
    payment_id: str
    payment_captured: bool
    shipment_requested: bool
    shipment_id: str
    cancelled: bool
    cancel_reason: str
    def __init__(self, placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pay_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., payment_id: _Optional[str] = ..., payment_captured: _Optional[bool] = ..., shipment_requested: _Optional[bool] = ..., shipment_id: _Optional[str] = ..., cancelled: _Optional[bool] = ..., cancel_reason: _Optional[str] = ...) -> None: ...

class CapturePaymentRequest(_message.Message):
    __slots__ = ("key", "payment_id")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    key: OrderKey
    payment_id: str
    def __init__(self, key: _Optional[_Union[OrderKey, _Mapping]] = ..., payment_id: _Optional[str] = ...) -> None: ...

class CapturePaymentResponse(_message.Message):
    __slots__ = ("capture_id",)
    CAPTURE_ID_FIELD_NUMBER: _ClassVar[int]
    capture_id: str
    def __init__(self, capture_id: _Optional[str] = ...) -> None: ...

class RefundPaymentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateShipmentRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: OrderKey
    def __init__(self, key: _Optional[_Union[OrderKey, _Mapping]] = ...) -> None: ...

class CreateShipmentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CancelShipmentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class NotifyCustomerRequest(_message.Message):
    __slots__ = ("key", "final_status")
    KEY_FIELD_NUMBER: _ClassVar[int]
    FINAL_STATUS_FIELD_NUMBER: _ClassVar[int]
    key: OrderKey
    final_status: str
    def __init__(self, key: _Optional[_Union[OrderKey, _Mapping]] = ..., final_status: _Optional[str] = ...) -> None: ...

class NotifyCustomerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
