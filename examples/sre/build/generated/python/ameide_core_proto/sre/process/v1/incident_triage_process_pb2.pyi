import datetime

from ameide_core_proto.common.v1 import eventing_pb2 as _eventing_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from process.v1 import process_options_pb2 as _process_options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IncidentSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_SEVERITY_UNSPECIFIED: _ClassVar[IncidentSeverity]
    INCIDENT_SEVERITY_LOW: _ClassVar[IncidentSeverity]
    INCIDENT_SEVERITY_HIGH: _ClassVar[IncidentSeverity]
    INCIDENT_SEVERITY_CRITICAL: _ClassVar[IncidentSeverity]

class RiskTier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_TIER_UNSPECIFIED: _ClassVar[RiskTier]
    RISK_TIER_LOW: _ClassVar[RiskTier]
    RISK_TIER_MEDIUM: _ClassVar[RiskTier]
    RISK_TIER_HIGH: _ClassVar[RiskTier]

class IncidentTriageOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_TRIAGE_OUTCOME_UNSPECIFIED: _ClassVar[IncidentTriageOutcome]
    INCIDENT_TRIAGE_OUTCOME_RESOLVED: _ClassVar[IncidentTriageOutcome]
    INCIDENT_TRIAGE_OUTCOME_CLOSED: _ClassVar[IncidentTriageOutcome]

class IncidentTriagePhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_TRIAGE_PHASE_UNSPECIFIED: _ClassVar[IncidentTriagePhase]
    INCIDENT_TRIAGE_PHASE_PATTERN_LOOKUP: _ClassVar[IncidentTriagePhase]
    INCIDENT_TRIAGE_PHASE_TRIAGE: _ClassVar[IncidentTriagePhase]
    INCIDENT_TRIAGE_PHASE_REMEDIATION: _ClassVar[IncidentTriagePhase]
    INCIDENT_TRIAGE_PHASE_VERIFICATION: _ClassVar[IncidentTriagePhase]
    INCIDENT_TRIAGE_PHASE_DOCUMENTATION: _ClassVar[IncidentTriagePhase]
INCIDENT_SEVERITY_UNSPECIFIED: IncidentSeverity
INCIDENT_SEVERITY_LOW: IncidentSeverity
INCIDENT_SEVERITY_HIGH: IncidentSeverity
INCIDENT_SEVERITY_CRITICAL: IncidentSeverity
RISK_TIER_UNSPECIFIED: RiskTier
RISK_TIER_LOW: RiskTier
RISK_TIER_MEDIUM: RiskTier
RISK_TIER_HIGH: RiskTier
INCIDENT_TRIAGE_OUTCOME_UNSPECIFIED: IncidentTriageOutcome
INCIDENT_TRIAGE_OUTCOME_RESOLVED: IncidentTriageOutcome
INCIDENT_TRIAGE_OUTCOME_CLOSED: IncidentTriageOutcome
INCIDENT_TRIAGE_PHASE_UNSPECIFIED: IncidentTriagePhase
INCIDENT_TRIAGE_PHASE_PATTERN_LOOKUP: IncidentTriagePhase
INCIDENT_TRIAGE_PHASE_TRIAGE: IncidentTriagePhase
INCIDENT_TRIAGE_PHASE_REMEDIATION: IncidentTriagePhase
INCIDENT_TRIAGE_PHASE_VERIFICATION: IncidentTriagePhase
INCIDENT_TRIAGE_PHASE_DOCUMENTATION: IncidentTriagePhase

class IncidentKey(_message.Message):
    __slots__ = ("tenant_id", "incident_id")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    incident_id: str
    def __init__(self, tenant_id: _Optional[str] = ..., incident_id: _Optional[str] = ...) -> None: ...

class SreEventMeta(_message.Message):
    __slots__ = ("idempotency_key", "schema_version", "key", "incident_version", "observed_at", "source", "correlation_id", "causation_id", "traceparent", "tracestate")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSATION_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    schema_version: int
    key: IncidentKey
    incident_version: int
    observed_at: _timestamp_pb2.Timestamp
    source: str
    correlation_id: str
    causation_id: str
    traceparent: str
    tracestate: str
    def __init__(self, idempotency_key: _Optional[str] = ..., schema_version: _Optional[int] = ..., key: _Optional[_Union[IncidentKey, _Mapping]] = ..., incident_version: _Optional[int] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[str] = ..., correlation_id: _Optional[str] = ..., causation_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., tracestate: _Optional[str] = ...) -> None: ...

class IncidentTriageEvent(_message.Message):
    __slots__ = ("meta", "incident_created", "incident_resolved", "incident_closed", "approve_remediation", "reject_remediation", "escalate_incident", "cancel_triage")
    META_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_CREATED_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_RESOLVED_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_CLOSED_FIELD_NUMBER: _ClassVar[int]
    APPROVE_REMEDIATION_FIELD_NUMBER: _ClassVar[int]
    REJECT_REMEDIATION_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_INCIDENT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_TRIAGE_FIELD_NUMBER: _ClassVar[int]
    meta: SreEventMeta
    incident_created: IncidentCreated
    incident_resolved: IncidentResolved
    incident_closed: IncidentClosed
    approve_remediation: ApproveRemediation
    reject_remediation: RejectRemediation
    escalate_incident: EscalateIncident
    cancel_triage: CancelTriage
    def __init__(self, meta: _Optional[_Union[SreEventMeta, _Mapping]] = ..., incident_created: _Optional[_Union[IncidentCreated, _Mapping]] = ..., incident_resolved: _Optional[_Union[IncidentResolved, _Mapping]] = ..., incident_closed: _Optional[_Union[IncidentClosed, _Mapping]] = ..., approve_remediation: _Optional[_Union[ApproveRemediation, _Mapping]] = ..., reject_remediation: _Optional[_Union[RejectRemediation, _Mapping]] = ..., escalate_incident: _Optional[_Union[EscalateIncident, _Mapping]] = ..., cancel_triage: _Optional[_Union[CancelTriage, _Mapping]] = ...) -> None: ...

class IncidentCreated(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class Incident(_message.Message):
    __slots__ = ("title", "severity", "service", "fingerprint")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    title: str
    severity: IncidentSeverity
    service: str
    fingerprint: str
    def __init__(self, title: _Optional[str] = ..., severity: _Optional[_Union[IncidentSeverity, str]] = ..., service: _Optional[str] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class IncidentResolved(_message.Message):
    __slots__ = ("resolved_by",)
    RESOLVED_BY_FIELD_NUMBER: _ClassVar[int]
    resolved_by: str
    def __init__(self, resolved_by: _Optional[str] = ...) -> None: ...

class IncidentClosed(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class ApproveRemediation(_message.Message):
    __slots__ = ("proposal_id", "decided_by")
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    decided_by: str
    def __init__(self, proposal_id: _Optional[str] = ..., decided_by: _Optional[str] = ...) -> None: ...

class RejectRemediation(_message.Message):
    __slots__ = ("proposal_id", "decided_by", "reason")
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    decided_by: str
    reason: str
    def __init__(self, proposal_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EscalateIncident(_message.Message):
    __slots__ = ("requested_by", "reason")
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    requested_by: str
    reason: str
    def __init__(self, requested_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelTriage(_message.Message):
    __slots__ = ("requested_by", "reason")
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    requested_by: str
    reason: str
    def __init__(self, requested_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class GetPendingDecision(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PendingDecision(_message.Message):
    __slots__ = ("proposal", "awaited_from", "ends_at")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FROM_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    proposal: RemediationProposal
    awaited_from: str
    ends_at: _timestamp_pb2.Timestamp
    def __init__(self, proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ..., awaited_from: _Optional[str] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SreProcessSubject(_message.Message):
    __slots__ = ("tenant_id", "incident_id", "workflow_id", "workflow_type")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_ID_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_TYPE_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    incident_id: str
    workflow_id: str
    workflow_type: str
    def __init__(self, tenant_id: _Optional[str] = ..., incident_id: _Optional[str] = ..., workflow_id: _Optional[str] = ..., workflow_type: _Optional[str] = ...) -> None: ...

class IncidentTriageStarted(_message.Message):
    __slots__ = ("subject", "incident")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    incident: Incident
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class PatternLookupCompleted(_message.Message):
    __slots__ = ("subject", "lookup")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LOOKUP_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    lookup: PatternLookup
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., lookup: _Optional[_Union[PatternLookup, _Mapping]] = ...) -> None: ...

class TriagePhaseCompleted(_message.Message):
    __slots__ = ("subject", "findings")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    findings: TriageFindings
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., findings: _Optional[_Union[TriageFindings, _Mapping]] = ...) -> None: ...

class RemediationProposed(_message.Message):
    __slots__ = ("subject", "proposal", "awaited_from")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FROM_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal: RemediationProposal
    awaited_from: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ..., awaited_from: _Optional[str] = ...) -> None: ...

class RemediationApproved(_message.Message):
    __slots__ = ("subject", "proposal_id", "decided_by")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    decided_by: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ..., decided_by: _Optional[str] = ...) -> None: ...

class RemediationRejected(_message.Message):
    __slots__ = ("subject", "proposal_id", "decided_by", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    decided_by: str
    reason: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RemediationApplied(_message.Message):
    __slots__ = ("subject", "proposal_id", "evidence_ref")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_REF_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    evidence_ref: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ..., evidence_ref: _Optional[str] = ...) -> None: ...

class RemediationReverted(_message.Message):
    __slots__ = ("subject", "proposal_id", "evidence_ref", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_REF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    evidence_ref: str
    reason: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ..., evidence_ref: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class VerificationStarted(_message.Message):
    __slots__ = ("subject", "proposal_id")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ...) -> None: ...

class VerificationCompleted(_message.Message):
    __slots__ = ("subject", "proposal_id", "report")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    proposal_id: str
    report: HealthReport
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., proposal_id: _Optional[str] = ..., report: _Optional[_Union[HealthReport, _Mapping]] = ...) -> None: ...

class IncidentEscalated(_message.Message):
    __slots__ = ("subject", "level", "responder", "phase", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RESPONDER_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    level: int
    responder: str
    phase: IncidentTriagePhase
    reason: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., level: _Optional[int] = ..., responder: _Optional[str] = ..., phase: _Optional[_Union[IncidentTriagePhase, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class DocumentationRequested(_message.Message):
    __slots__ = ("subject", "summary", "suggested_backlog_item")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_BACKLOG_ITEM_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    summary: str
    suggested_backlog_item: BacklogItem
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., summary: _Optional[str] = ..., suggested_backlog_item: _Optional[_Union[BacklogItem, _Mapping]] = ...) -> None: ...

class IncidentTriageTimedOut(_message.Message):
    __slots__ = ("subject", "phase")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    phase: IncidentTriagePhase
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., phase: _Optional[_Union[IncidentTriagePhase, str]] = ...) -> None: ...

class IncidentTriageCancelled(_message.Message):
    __slots__ = ("subject", "phase", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    phase: IncidentTriagePhase
    reason: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., phase: _Optional[_Union[IncidentTriagePhase, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class IncidentTriageFailed(_message.Message):
    __slots__ = ("subject", "phase", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    phase: IncidentTriagePhase
    reason: str
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., phase: _Optional[_Union[IncidentTriagePhase, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class IncidentTriageCompleted(_message.Message):
    __slots__ = ("subject", "outcome")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    subject: SreProcessSubject
    outcome: IncidentTriageOutcome
    def __init__(self, subject: _Optional[_Union[SreProcessSubject, _Mapping]] = ..., outcome: _Optional[_Union[IncidentTriageOutcome, str]] = ...) -> None: ...

class PatternLookup(_message.Message):
    __slots__ = ("backlog_items", "similar_incidents", "runbooks", "unanswered")
    BACKLOG_ITEMS_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    RUNBOOKS_FIELD_NUMBER: _ClassVar[int]
    UNANSWERED_FIELD_NUMBER: _ClassVar[int]
    backlog_items: _containers.RepeatedScalarFieldContainer[str]
    similar_incidents: _containers.RepeatedScalarFieldContainer[str]
    runbooks: _containers.RepeatedScalarFieldContainer[str]
    unanswered: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, backlog_items: _Optional[_Iterable[str]] = ..., similar_incidents: _Optional[_Iterable[str]] = ..., runbooks: _Optional[_Iterable[str]] = ..., unanswered: _Optional[_Iterable[str]] = ...) -> None: ...

class TriageFindings(_message.Message):
    __slots__ = ("known_pattern", "cause")
    KNOWN_PATTERN_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    known_pattern: bool
    cause: str
    def __init__(self, known_pattern: _Optional[bool] = ..., cause: _Optional[str] = ...) -> None: ...

class RemediationProposal(_message.Message):
    __slots__ = ("id", "change", "risk_tier")
    ID_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    RISK_TIER_FIELD_NUMBER: _ClassVar[int]
    id: str
    change: str
    risk_tier: RiskTier
    def __init__(self, id: _Optional[str] = ..., change: _Optional[str] = ..., risk_tier: _Optional[_Union[RiskTier, str]] = ...) -> None: ...

class RemediationDecision(_message.Message):
    __slots__ = ("approved", "decided_by", "reason")
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    approved: bool
    decided_by: str
    reason: str
    def __init__(self, approved: _Optional[bool] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DiscardedProposal(_message.Message):
    __slots__ = ("proposal", "reason")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    proposal: RemediationProposal
    reason: str
    def __init__(self, proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class HealthReport(_message.Message):
    __slots__ = ("synced", "resources_healthy", "alerts_clear")
    SYNCED_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_HEALTHY_FIELD_NUMBER: _ClassVar[int]
    ALERTS_CLEAR_FIELD_NUMBER: _ClassVar[int]
    synced: bool
    resources_healthy: bool
    alerts_clear: bool
    def __init__(self, synced: _Optional[bool] = ..., resources_healthy: _Optional[bool] = ..., alerts_clear: _Optional[bool] = ...) -> None: ...

class BacklogItem(_message.Message):
    __slots__ = ("id", "title", "learnings", "fingerprint")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    LEARNINGS_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    learnings: str
    fingerprint: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., learnings: _Optional[str] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class IncidentTriageStartV1(_message.Message):
    __slots__ = ("start_version", "key")
    START_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    start_version: int
    key: IncidentKey
    def __init__(self, start_version: _Optional[int] = ..., key: _Optional[_Union[IncidentKey, _Mapping]] = ...) -> None: ...

class IncidentTriageResultV1(_message.Message):
    __slots__ = ("outcome", "reason")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    outcome: IncidentTriageOutcome
    reason: str
    def __init__(self, outcome: _Optional[_Union[IncidentTriageOutcome, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class IncidentTriageState(_message.Message):
    __slots__ = ("tenant_id", "incident_id", "phase", "updated_at", "awaited_from", "escalation_level", "outcome", "incident", "ends_at", "lookup", "findings", "proposal", "decision", "in_gitops", "commit", "applied", "report", "verified", "poll_until", "discarded", "resolved_by_others", "closed_by_others", "stopped")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FROM_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_LEVEL_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    LOOKUP_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    IN_GITOPS_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    POLL_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DISCARDED_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_BY_OTHERS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_BY_OTHERS_FIELD_NUMBER: _ClassVar[int]
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    incident_id: str
    phase: IncidentTriagePhase
    updated_at: _timestamp_pb2.Timestamp
    awaited_from: str
    escalation_level: int
    outcome: IncidentTriageOutcome
    incident: Incident
    ends_at: _timestamp_pb2.Timestamp
    lookup: PatternLookup
    findings: TriageFindings
    proposal: RemediationProposal
    decision: RemediationDecision
    in_gitops: bool
    commit: str
    applied: bool
    report: HealthReport
    verified: bool
    poll_until: _timestamp_pb2.Timestamp
    discarded: _containers.RepeatedCompositeFieldContainer[DiscardedProposal]
    resolved_by_others: bool
    closed_by_others: bool
    stopped: str
    def __init__(self, tenant_id: _Optional[str] = ..., incident_id: _Optional[str] = ..., phase: _Optional[_Union[IncidentTriagePhase, str]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., awaited_from: _Optional[str] = ..., escalation_level: _Optional[int] = ..., outcome: _Optional[_Union[IncidentTriageOutcome, str]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lookup: _Optional[_Union[PatternLookup, _Mapping]] = ..., findings: _Optional[_Union[TriageFindings, _Mapping]] = ..., proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ..., decision: _Optional[_Union[RemediationDecision, _Mapping]] = ..., in_gitops: _Optional[bool] = ..., commit: _Optional[str] = ..., applied: _Optional[bool] = ..., report: _Optional[_Union[HealthReport, _Mapping]] = ..., verified: _Optional[bool] = ..., poll_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., discarded: _Optional[_Iterable[_Union[DiscardedProposal, _Mapping]]] = ..., resolved_by_others: _Optional[bool] = ..., closed_by_others: _Optional[bool] = ..., stopped: _Optional[str] = ...) -> None: ...

class QueryKnowledgeIndexRequest(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class QueryKnowledgeIndexResponse(_message.Message):
    __slots__ = ("backlog_items",)
    BACKLOG_ITEMS_FIELD_NUMBER: _ClassVar[int]
    backlog_items: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, backlog_items: _Optional[_Iterable[str]] = ...) -> None: ...

class QueryIncidentsRequest(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class QueryIncidentsResponse(_message.Message):
    __slots__ = ("incidents",)
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    incidents: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, incidents: _Optional[_Iterable[str]] = ...) -> None: ...

class QueryRunbooksRequest(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class QueryRunbooksResponse(_message.Message):
    __slots__ = ("runbooks",)
    RUNBOOKS_FIELD_NUMBER: _ClassVar[int]
    runbooks: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, runbooks: _Optional[_Iterable[str]] = ...) -> None: ...

class FollowRunbookRequest(_message.Message):
    __slots__ = ("key", "incident", "runbook")
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    RUNBOOK_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    incident: Incident
    runbook: str
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ..., runbook: _Optional[str] = ...) -> None: ...

class FollowRunbookResponse(_message.Message):
    __slots__ = ("cause",)
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    cause: str
    def __init__(self, cause: _Optional[str] = ...) -> None: ...

class GatherDiagnosticsRequest(_message.Message):
    __slots__ = ("key", "incident", "similar_incidents")
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    incident: Incident
    similar_incidents: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ..., similar_incidents: _Optional[_Iterable[str]] = ...) -> None: ...

class GatherDiagnosticsResponse(_message.Message):
    __slots__ = ("cause",)
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    cause: str
    def __init__(self, cause: _Optional[str] = ...) -> None: ...

class ProposeRemediationRequest(_message.Message):
    __slots__ = ("key", "incident", "findings", "discarded")
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    DISCARDED_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    incident: Incident
    findings: TriageFindings
    discarded: _containers.RepeatedCompositeFieldContainer[DiscardedProposal]
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ..., findings: _Optional[_Union[TriageFindings, _Mapping]] = ..., discarded: _Optional[_Iterable[_Union[DiscardedProposal, _Mapping]]] = ...) -> None: ...

class ProposeRemediationResponse(_message.Message):
    __slots__ = ("change", "risk_tier")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    RISK_TIER_FIELD_NUMBER: _ClassVar[int]
    change: str
    risk_tier: RiskTier
    def __init__(self, change: _Optional[str] = ..., risk_tier: _Optional[_Union[RiskTier, str]] = ...) -> None: ...

class RequestApprovalRequest(_message.Message):
    __slots__ = ("key", "proposal", "responder")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    RESPONDER_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    proposal: RemediationProposal
    responder: str
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ..., responder: _Optional[str] = ...) -> None: ...

class RequestApprovalResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PageResponderRequest(_message.Message):
    __slots__ = ("key", "responder", "reason")
    KEY_FIELD_NUMBER: _ClassVar[int]
    RESPONDER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    responder: str
    reason: str
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., responder: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PageResponderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CommitRemediationRequest(_message.Message):
    __slots__ = ("key", "proposal")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    proposal: RemediationProposal
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., proposal: _Optional[_Union[RemediationProposal, _Mapping]] = ...) -> None: ...

class CommitRemediationResponse(_message.Message):
    __slots__ = ("commit",)
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    commit: str
    def __init__(self, commit: _Optional[str] = ...) -> None: ...

class RevertRemediationRequest(_message.Message):
    __slots__ = ("key", "proposal_id")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    proposal_id: str
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., proposal_id: _Optional[str] = ...) -> None: ...

class RevertRemediationResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetSyncStatusRequest(_message.Message):
    __slots__ = ("service", "commit")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    service: str
    commit: str
    def __init__(self, service: _Optional[str] = ..., commit: _Optional[str] = ...) -> None: ...

class GetSyncStatusResponse(_message.Message):
    __slots__ = ("synced",)
    SYNCED_FIELD_NUMBER: _ClassVar[int]
    synced: bool
    def __init__(self, synced: _Optional[bool] = ...) -> None: ...

class GetResourceHealthRequest(_message.Message):
    __slots__ = ("service",)
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    service: str
    def __init__(self, service: _Optional[str] = ...) -> None: ...

class GetResourceHealthResponse(_message.Message):
    __slots__ = ("healthy",)
    HEALTHY_FIELD_NUMBER: _ClassVar[int]
    healthy: bool
    def __init__(self, healthy: _Optional[bool] = ...) -> None: ...

class GetActiveAlertsRequest(_message.Message):
    __slots__ = ("service",)
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    service: str
    def __init__(self, service: _Optional[str] = ...) -> None: ...

class GetActiveAlertsResponse(_message.Message):
    __slots__ = ("alerts",)
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, alerts: _Optional[_Iterable[str]] = ...) -> None: ...

class SummarizeIncidentRequest(_message.Message):
    __slots__ = ("key", "incident", "lookup", "findings", "remediation", "discarded")
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    LOOKUP_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    REMEDIATION_FIELD_NUMBER: _ClassVar[int]
    DISCARDED_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    incident: Incident
    lookup: PatternLookup
    findings: TriageFindings
    remediation: RemediationProposal
    discarded: _containers.RepeatedCompositeFieldContainer[DiscardedProposal]
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., incident: _Optional[_Union[Incident, _Mapping]] = ..., lookup: _Optional[_Union[PatternLookup, _Mapping]] = ..., findings: _Optional[_Union[TriageFindings, _Mapping]] = ..., remediation: _Optional[_Union[RemediationProposal, _Mapping]] = ..., discarded: _Optional[_Iterable[_Union[DiscardedProposal, _Mapping]]] = ...) -> None: ...

class SummarizeIncidentResponse(_message.Message):
    __slots__ = ("summary", "suggested_backlog_item")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_BACKLOG_ITEM_FIELD_NUMBER: _ClassVar[int]
    summary: str
    suggested_backlog_item: BacklogItem
    def __init__(self, summary: _Optional[str] = ..., suggested_backlog_item: _Optional[_Union[BacklogItem, _Mapping]] = ...) -> None: ...

class UpsertBacklogItemRequest(_message.Message):
    __slots__ = ("key", "item")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    item: BacklogItem
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., item: _Optional[_Union[BacklogItem, _Mapping]] = ...) -> None: ...

class UpsertBacklogItemResponse(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class RequestIncidentClosureRequest(_message.Message):
    __slots__ = ("key", "summary")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    key: IncidentKey
    summary: str
    def __init__(self, key: _Optional[_Union[IncidentKey, _Mapping]] = ..., summary: _Optional[str] = ...) -> None: ...

class RequestIncidentClosureResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
