import datetime

from ameide_core_proto.common.v1 import eventing_pb2 as _eventing_pb2
from ameide_core_proto.sales.process.v1 import sales_common_pb2 as _sales_common_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from process.v1 import process_options_pb2 as _process_options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErpHandoffStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERP_HANDOFF_STATUS_UNSPECIFIED: _ClassVar[ErpHandoffStatus]
    ERP_HANDOFF_STATUS_IN_PROGRESS: _ClassVar[ErpHandoffStatus]
    ERP_HANDOFF_STATUS_COMPLETED: _ClassVar[ErpHandoffStatus]
    ERP_HANDOFF_STATUS_FAILED: _ClassVar[ErpHandoffStatus]
ERP_HANDOFF_STATUS_UNSPECIFIED: ErpHandoffStatus
ERP_HANDOFF_STATUS_IN_PROGRESS: ErpHandoffStatus
ERP_HANDOFF_STATUS_COMPLETED: ErpHandoffStatus
ERP_HANDOFF_STATUS_FAILED: ErpHandoffStatus

class ErpHandoffEvent(_message.Message):
    __slots__ = ("meta", "quote_accepted", "erp_order_confirmed", "erp_order_rejected", "cancel_erp_handoff")
    META_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_REJECTED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_ERP_HANDOFF_FIELD_NUMBER: _ClassVar[int]
    meta: _sales_common_pb2.SalesEventMeta
    quote_accepted: QuoteAccepted
    erp_order_confirmed: ErpOrderConfirmed
    erp_order_rejected: ErpOrderRejected
    cancel_erp_handoff: CancelErpHandoff
    def __init__(self, meta: _Optional[_Union[_sales_common_pb2.SalesEventMeta, _Mapping]] = ..., quote_accepted: _Optional[_Union[QuoteAccepted, _Mapping]] = ..., erp_order_confirmed: _Optional[_Union[ErpOrderConfirmed, _Mapping]] = ..., erp_order_rejected: _Optional[_Union[ErpOrderRejected, _Mapping]] = ..., cancel_erp_handoff: _Optional[_Union[CancelErpHandoff, _Mapping]] = ...) -> None: ...

class QuoteAccepted(_message.Message):
    __slots__ = ("total", "confirmation_window")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    total: _sales_common_pb2.Money
    confirmation_window: _duration_pb2.Duration
    def __init__(self, total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ..., confirmation_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ErpOrderConfirmed(_message.Message):
    __slots__ = ("erp_order_id",)
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    erp_order_id: str
    def __init__(self, erp_order_id: _Optional[str] = ...) -> None: ...

class ErpOrderRejected(_message.Message):
    __slots__ = ("erp_order_id", "reason")
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    erp_order_id: str
    reason: str
    def __init__(self, erp_order_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelErpHandoff(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class OpportunityHandoffToErpRequested(_message.Message):
    __slots__ = ("subject", "opportunity_id", "total")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    opportunity_id: str
    total: _sales_common_pb2.Money
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., opportunity_id: _Optional[str] = ..., total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ...) -> None: ...

class OpportunityHandoffToErpCompleted(_message.Message):
    __slots__ = ("subject", "opportunity_id", "erp_order_id")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    opportunity_id: str
    erp_order_id: str
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., opportunity_id: _Optional[str] = ..., erp_order_id: _Optional[str] = ...) -> None: ...

class OpportunityHandoffToErpFailed(_message.Message):
    __slots__ = ("subject", "failure")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    failure: ErpHandoffFailure
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., failure: _Optional[_Union[ErpHandoffFailure, _Mapping]] = ...) -> None: ...

class ErpHandoffFailure(_message.Message):
    __slots__ = ("phase", "reason")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    phase: str
    reason: str
    def __init__(self, phase: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ErpHandoffStartV1(_message.Message):
    __slots__ = ("start_version", "key")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    key: _sales_common_pb2.QuoteKey
    def __init__(self, start_version: _Optional[int] = ..., key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ...) -> None: ...

class ErpHandoffResultV1(_message.Message):
    __slots__ = ("status", "erp_order_id", "failure")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    status: ErpHandoffStatus
    erp_order_id: str
    failure: ErpHandoffFailure
    def __init__(self, status: _Optional[_Union[ErpHandoffStatus, str]] = ..., erp_order_id: _Optional[str] = ..., failure: _Optional[_Union[ErpHandoffFailure, _Mapping]] = ...) -> None: ...

class ErpHandoffState(_message.Message):
    __slots__ = ("status", "tenant_id", "quote_id", "erp_order_id", "accepted", "opportunity_id", "requested", "linked", "confirmed", "called_off")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_FIELD_NUMBER: _ClassVar[int]
    LINKED_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    CALLED_OFF_FIELD_NUMBER: _ClassVar[int]
    status: ErpHandoffStatus
    tenant_id: str
    quote_id: str
    erp_order_id: str
    accepted: QuoteAccepted
    opportunity_id: str
    requested: bool
    linked: bool
    confirmed: bool
    called_off: str
    def __init__(self, status: _Optional[_Union[ErpHandoffStatus, str]] = ..., tenant_id: _Optional[str] = ..., quote_id: _Optional[str] = ..., erp_order_id: _Optional[str] = ..., accepted: _Optional[_Union[QuoteAccepted, _Mapping]] = ..., opportunity_id: _Optional[str] = ..., requested: _Optional[bool] = ..., linked: _Optional[bool] = ..., confirmed: _Optional[bool] = ..., called_off: _Optional[str] = ...) -> None: ...

class FetchOpportunityIDForQuoteRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ...) -> None: ...

class FetchOpportunityIDForQuoteResponse(_message.Message):
    __slots__ = ("opportunity_id",)
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    opportunity_id: str
    def __init__(self, opportunity_id: _Optional[str] = ...) -> None: ...

class CreateErpOrderRequest(_message.Message):
    __slots__ = ("key", "opportunity_id", "total")
    KEY_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    opportunity_id: str
    total: _sales_common_pb2.Money
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ..., opportunity_id: _Optional[str] = ..., total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ...) -> None: ...

class CreateErpOrderResponse(_message.Message):
    __slots__ = ("erp_order_id",)
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    erp_order_id: str
    def __init__(self, erp_order_id: _Optional[str] = ...) -> None: ...

class CancelErpOrderRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ...) -> None: ...

class CancelErpOrderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LinkErpOrderRequest(_message.Message):
    __slots__ = ("key", "opportunity_id", "erp_order_id")
    KEY_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    ERP_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    opportunity_id: str
    erp_order_id: str
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ..., opportunity_id: _Optional[str] = ..., erp_order_id: _Optional[str] = ...) -> None: ...

class LinkErpOrderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UnlinkErpOrderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
