import datetime

from ameide_core_proto.common.v1 import eventing_pb2 as _eventing_pb2
from ameide_core_proto.sales.process.v1 import sales_common_pb2 as _sales_common_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from process.v1 import process_options_pb2 as _process_options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuoteApprovalStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUOTE_APPROVAL_STATUS_UNSPECIFIED: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_PENDING: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_ESCALATED: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_APPROVED: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_REJECTED: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_WITHDRAWN: _ClassVar[QuoteApprovalStatus]
    QUOTE_APPROVAL_STATUS_EXPIRED: _ClassVar[QuoteApprovalStatus]
QUOTE_APPROVAL_STATUS_UNSPECIFIED: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_PENDING: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_ESCALATED: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_APPROVED: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_REJECTED: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_WITHDRAWN: QuoteApprovalStatus
QUOTE_APPROVAL_STATUS_EXPIRED: QuoteApprovalStatus

class QuoteApprovalEvent(_message.Message):
    __slots__ = ("meta", "quote_submitted_for_approval", "quote_revised", "quote_withdrawn", "approve_quote", "reject_quote")
    META_FIELD_NUMBER: _ClassVar[int]
    QUOTE_SUBMITTED_FOR_APPROVAL_FIELD_NUMBER: _ClassVar[int]
    QUOTE_REVISED_FIELD_NUMBER: _ClassVar[int]
    QUOTE_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    APPROVE_QUOTE_FIELD_NUMBER: _ClassVar[int]
    REJECT_QUOTE_FIELD_NUMBER: _ClassVar[int]
    meta: _sales_common_pb2.SalesEventMeta
    quote_submitted_for_approval: QuoteSubmittedForApproval
    quote_revised: QuoteRevised
    quote_withdrawn: QuoteWithdrawn
    approve_quote: ApproveQuote
    reject_quote: RejectQuote
    def __init__(self, meta: _Optional[_Union[_sales_common_pb2.SalesEventMeta, _Mapping]] = ..., quote_submitted_for_approval: _Optional[_Union[QuoteSubmittedForApproval, _Mapping]] = ..., quote_revised: _Optional[_Union[QuoteRevised, _Mapping]] = ..., quote_withdrawn: _Optional[_Union[QuoteWithdrawn, _Mapping]] = ..., approve_quote: _Optional[_Union[ApproveQuote, _Mapping]] = ..., reject_quote: _Optional[_Union[RejectQuote, _Mapping]] = ...) -> None: ...

class QuoteSubmittedForApproval(_message.Message):
    __slots__ = ("submitted_at", "approver", "total", "policy")
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    submitted_at: _timestamp_pb2.Timestamp
    approver: str
    total: _sales_common_pb2.Money
    policy: EscalationPolicy
    def __init__(self, submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., approver: _Optional[str] = ..., total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ..., policy: _Optional[_Union[EscalationPolicy, _Mapping]] = ...) -> None: ...

class EscalationPolicy(_message.Message):
    __slots__ = ("approval_window", "warn_before", "escalation_off", "levels", "escalation_window")
    APPROVAL_WINDOW_FIELD_NUMBER: _ClassVar[int]
    WARN_BEFORE_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_OFF_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    approval_window: _duration_pb2.Duration
    warn_before: _duration_pb2.Duration
    escalation_off: bool
    levels: _containers.RepeatedCompositeFieldContainer[EscalationLevel]
    escalation_window: _duration_pb2.Duration
    def __init__(self, approval_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., warn_before: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., escalation_off: _Optional[bool] = ..., levels: _Optional[_Iterable[_Union[EscalationLevel, _Mapping]]] = ..., escalation_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class EscalationLevel(_message.Message):
    __slots__ = ("approver", "after")
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    approver: str
    after: _duration_pb2.Duration
    def __init__(self, approver: _Optional[str] = ..., after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class QuoteRevised(_message.Message):
    __slots__ = ("revised_at", "total")
    REVISED_AT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    revised_at: _timestamp_pb2.Timestamp
    total: _sales_common_pb2.Money
    def __init__(self, revised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ...) -> None: ...

class QuoteWithdrawn(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class ApproveQuote(_message.Message):
    __slots__ = ("decided_by", "seen_version")
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    SEEN_VERSION_FIELD_NUMBER: _ClassVar[int]
    decided_by: str
    seen_version: int
    def __init__(self, decided_by: _Optional[str] = ..., seen_version: _Optional[int] = ...) -> None: ...

class RejectQuote(_message.Message):
    __slots__ = ("decided_by", "reason")
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    decided_by: str
    reason: str
    def __init__(self, decided_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class QuoteDecision(_message.Message):
    __slots__ = ("status", "decided_by", "reason", "quote_version")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    QUOTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    status: QuoteApprovalStatus
    decided_by: str
    reason: str
    quote_version: int
    def __init__(self, status: _Optional[_Union[QuoteApprovalStatus, str]] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ..., quote_version: _Optional[int] = ...) -> None: ...

class GetApprovalDeadline(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ApprovalDeadline(_message.Message):
    __slots__ = ("status", "awaited_from", "submitted_at", "due_at", "expires_at")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FROM_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    status: QuoteApprovalStatus
    awaited_from: str
    submitted_at: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, status: _Optional[_Union[QuoteApprovalStatus, str]] = ..., awaited_from: _Optional[str] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QuoteApprovalRequested(_message.Message):
    __slots__ = ("subject", "approver", "due_at", "quote_version")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    QUOTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    approver: str
    due_at: _timestamp_pb2.Timestamp
    quote_version: int
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., approver: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., quote_version: _Optional[int] = ...) -> None: ...

class QuoteApprovalTimedOut(_message.Message):
    __slots__ = ("subject", "approver", "due_at")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    approver: str
    due_at: _timestamp_pb2.Timestamp
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., approver: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QuoteApprovalEscalated(_message.Message):
    __slots__ = ("subject", "level", "approver")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    subject: _sales_common_pb2.SalesProcessSubject
    level: int
    approver: str
    def __init__(self, subject: _Optional[_Union[_sales_common_pb2.SalesProcessSubject, _Mapping]] = ..., level: _Optional[int] = ..., approver: _Optional[str] = ...) -> None: ...

class QuoteApprovalStartV1(_message.Message):
    __slots__ = ("start_version", "key")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    key: _sales_common_pb2.QuoteKey
    def __init__(self, start_version: _Optional[int] = ..., key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ...) -> None: ...

class QuoteApprovalResultV1(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: QuoteDecision
    def __init__(self, decision: _Optional[_Union[QuoteDecision, _Mapping]] = ...) -> None: ...

class QuoteApprovalState(_message.Message):
    __slots__ = ("status", "tenant_id", "quote_id", "awaited_from", "due_at", "escalation_level", "approver", "quote_version", "submitted_at", "policy", "total", "decision", "timed_out")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_ID_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FROM_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_LEVEL_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    QUOTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    TIMED_OUT_FIELD_NUMBER: _ClassVar[int]
    status: QuoteApprovalStatus
    tenant_id: str
    quote_id: str
    awaited_from: str
    due_at: _timestamp_pb2.Timestamp
    escalation_level: int
    approver: str
    quote_version: int
    submitted_at: _timestamp_pb2.Timestamp
    policy: EscalationPolicy
    total: _sales_common_pb2.Money
    decision: QuoteDecision
    timed_out: bool
    def __init__(self, status: _Optional[_Union[QuoteApprovalStatus, str]] = ..., tenant_id: _Optional[str] = ..., quote_id: _Optional[str] = ..., awaited_from: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalation_level: _Optional[int] = ..., approver: _Optional[str] = ..., quote_version: _Optional[int] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., policy: _Optional[_Union[EscalationPolicy, _Mapping]] = ..., total: _Optional[_Union[_sales_common_pb2.Money, _Mapping]] = ..., decision: _Optional[_Union[QuoteDecision, _Mapping]] = ..., timed_out: _Optional[bool] = ...) -> None: ...

class RemindApproverRequest(_message.Message):
    __slots__ = ("key", "approver", "due_at")
    KEY_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    approver: str
    due_at: _timestamp_pb2.Timestamp
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ..., approver: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RemindApproverResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RecordQuoteDecisionRequest(_message.Message):
    __slots__ = ("key", "decision")
    KEY_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    key: _sales_common_pb2.QuoteKey
    decision: QuoteDecision
    def __init__(self, key: _Optional[_Union[_sales_common_pb2.QuoteKey, _Mapping]] = ..., decision: _Optional[_Union[QuoteDecision, _Mapping]] = ...) -> None: ...

class RecordQuoteDecisionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
