"""The triage of one incident: known patterns first, then the cause, a remedy that a person approves, and what to learn."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import (
    ApproveRemediation,
    CancelTriage,
    CommitRemediationRequest,
    DiscardedProposal,
    DocumentationRequested,
    EscalateIncident,
    FollowRunbookRequest,
    GatherDiagnosticsRequest,
    GetActiveAlertsRequest,
    GetPendingDecision,
    GetResourceHealthRequest,
    GetSyncStatusRequest,
    HealthReport,
    IncidentClosed,
    IncidentCreated,
    IncidentEscalated,
    IncidentResolved,
    IncidentTriageCancelled,
    IncidentTriageCompleted,
    IncidentTriageFailed,
    IncidentTriageOutcome,
    IncidentTriagePhase,
    IncidentTriageResultV1,
    IncidentTriageStarted,
    IncidentTriageStartV1,
    IncidentTriageTimedOut,
    PageResponderRequest,
    PatternLookup,
    PatternLookupCompleted,
    PendingDecision,
    ProposeRemediationRequest,
    QueryIncidentsRequest,
    QueryKnowledgeIndexRequest,
    QueryRunbooksRequest,
    RejectRemediation,
    RemediationApplied,
    RemediationApproved,
    RemediationDecision,
    RemediationProposal,
    RemediationProposed,
    RemediationRejected,
    RemediationReverted,
    RequestApprovalRequest,
    RequestIncidentClosureRequest,
    RevertRemediationRequest,
    SreProcessSubject,
    SummarizeIncidentRequest,
    TriageFindings,
    TriagePhaseCompleted,
    UpsertBacklogItemRequest,
    VerificationCompleted,
    VerificationStarted,
)
from process_runtime.workflow import EventMeta, Rejected, Step, after
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from incident_triage.contract import WORKFLOW_TYPE, workflow_id
from incident_triage.workflow import IncidentTriageProcess

# Half an hour before Temporal ends the process without its code.
TIME_LIMIT = timedelta(hours=11, minutes=30)
# Who is asked, and for how long nobody else.
RESPONDERS = ("on-call", "sre-lead", "incident-commander")
ESCALATIONS = ((1, timedelta(minutes=30)), (2, timedelta(hours=2)))
MAX_PROPOSALS = 3
SYNC_WINDOW = timedelta(minutes=15)
VERIFICATION_WINDOW = timedelta(minutes=15)
POLL_INTERVAL = timedelta(minutes=1)

LOOKUP = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_PATTERN_LOOKUP
TRIAGE = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_TRIAGE
REMEDIATION = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_REMEDIATION
VERIFICATION = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_VERIFICATION
DOCUMENTATION = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_DOCUMENTATION

RESOLVED = IncidentTriageOutcome.INCIDENT_TRIAGE_OUTCOME_RESOLVED
CLOSED = IncidentTriageOutcome.INCIDENT_TRIAGE_OUTCOME_CLOSED

AnswerT = TypeVar("AnswerT")


class Stopped(Exception):
    """The triage does not go on; the message says why."""


class OutOfTime(Stopped):
    """It took too long."""


class IncidentTriage(IncidentTriageProcess):
    """The triage of one incident.

    `run` asks the state what is left to do, so that it can begin again after Continue-As-New.
    """

    async def run(self, start: IncidentTriageStartV1) -> IncidentTriageResultV1:
        """Go through the phases, and leave nothing behind that was not verified."""
        self.state.tenant_id, self.state.incident_id = start.key.tenant_id, start.key.incident_id
        if not self.state.HasField("ends_at"):
            self.state.ends_at.FromDatetime(workflow.info().workflow_start_time + TIME_LIMIT)
        try:
            reason = await self.triage()
        except asyncio.CancelledError:
            await self.cancel("the process was cancelled")
            raise
        except FailureError as error:
            await self.fail(reason_of(error))
            raise
        self.state.outcome = RESOLVED if self.resolved else CLOSED
        if self.created:
            await self.emit_incident_triage_completed(
                IncidentTriageCompleted(subject=self.subject, outcome=self.state.outcome)
            )
        self.phase = "completed"
        return IncidentTriageResultV1(outcome=self.state.outcome, reason=reason)

    async def triage(self) -> str:
        """Take the steps that are left, and return why the incident was not resolved.

        Raises:
            FailureError: A step failed for good, or a remediation could not be reverted.
        """
        try:
            await self.until(lambda: self.created or self.stopped, name="incident", deadline=self.ends_at)
            await self.look_up_patterns()
            await self.investigate()
            await self.remediate()
            await self.document()
        except OutOfTime as over:
            phase = self.state.phase
            await self.revert(str(over))
            await self.escalate(str(over))
            await self.emit_incident_triage_timed_out(
                IncidentTriageTimedOut(subject=self.subject, phase=phase)
            )
            return str(over)
        except Stopped as stopped:
            await self.cancel(str(stopped))
            return str(stopped)
        return "" if self.resolved else "no remediation is known to help"

    # --- Events ---

    async def on_incident_created(self, fact: IncidentCreated, meta: EventMeta) -> None:
        """Note what it is about; `run` looks into it."""
        if not self.created:
            self.state.incident.CopyFrom(fact.incident)
            await self.emit_incident_triage_started(
                IncidentTriageStarted(subject=self.subject, incident=fact.incident)
            )

    async def on_incident_resolved(self, fact: IncidentResolved, meta: EventMeta) -> None:
        """Mend nothing more; what is committed is verified all the same."""
        self.state.resolved_by_others = True
        self.touch()

    async def on_incident_closed(self, fact: IncidentClosed, meta: EventMeta) -> None:
        """Stop, unless this is what the triage has asked for."""
        self.state.closed_by_others = True
        if self.state.phase != DOCUMENTATION:
            self.stop(f"the incident was closed: {fact.reason}")

    async def on_approve_remediation(self, command: ApproveRemediation, meta: EventMeta) -> None:
        """Let `run` commit it."""
        self.decide(command.proposal_id, RemediationDecision(approved=True, decided_by=command.decided_by))
        await self.emit_remediation_approved(
            RemediationApproved(
                subject=self.subject, proposal_id=command.proposal_id, decided_by=command.decided_by
            )
        )

    async def on_reject_remediation(self, command: RejectRemediation, meta: EventMeta) -> None:
        """Let `run` think of another one."""
        self.decide(
            command.proposal_id, RemediationDecision(decided_by=command.decided_by, reason=command.reason)
        )
        await self.emit_remediation_rejected(
            RemediationRejected(
                subject=self.subject,
                proposal_id=command.proposal_id,
                decided_by=command.decided_by,
                reason=command.reason,
            )
        )

    async def on_escalate_incident(self, command: EscalateIncident, meta: EventMeta) -> None:
        """Ask the next responder."""
        await self.escalate(f"{command.requested_by}: {command.reason}")

    async def on_cancel_triage(self, command: CancelTriage, meta: EventMeta) -> None:
        """Let `run` stop at its next step."""
        self.stop(f"cancelled by {command.requested_by}: {command.reason}")

    def query_get_pending_decision(self, query: GetPendingDecision) -> PendingDecision:
        """Say what is to be decided, by whom, and until when."""
        if not self.state.awaited_from:
            return PendingDecision()
        return PendingDecision(
            proposal=self.state.proposal, awaited_from=self.state.awaited_from, ends_at=self.state.ends_at
        )

    # --- Phases ---

    async def look_up_patterns(self) -> None:
        """Ask the projections for what is known, before anything is looked into."""
        if self.state.HasField("lookup"):
            return
        self.enter(LOOKUP, "pattern lookup")
        incident = self.state.incident
        knowledge, incidents, runbooks = await asyncio.gather(
            self.attempt(
                self.activities.query_knowledge_index(QueryKnowledgeIndexRequest(incident=incident))
            ),
            self.attempt(self.activities.query_incidents(QueryIncidentsRequest(incident=incident))),
            self.attempt(self.activities.query_runbooks(QueryRunbooksRequest(incident=incident))),
        )
        answers = {"KnowledgeIndex": knowledge, "Incident": incidents, "Runbook": runbooks}
        self.state.lookup.CopyFrom(
            PatternLookup(
                backlog_items=knowledge.backlog_items if knowledge else (),
                similar_incidents=incidents.incidents if incidents else (),
                runbooks=runbooks.runbooks if runbooks else (),
                unanswered=[service for service, answer in answers.items() if answer is None],
            )
        )
        await self.emit_pattern_lookup_completed(
            PatternLookupCompleted(subject=self.subject, lookup=self.state.lookup)
        )

    async def investigate(self) -> None:
        """Find the cause: by the book if the pattern is known, by looking into it if not."""
        if self.state.HasField("findings"):
            return
        self.enter(TRIAGE, "triage")
        lookup = self.state.lookup
        known = bool(lookup.backlog_items and lookup.runbooks)
        if known:
            followed = await self.activities.follow_runbook(
                FollowRunbookRequest(
                    key=self.start.key, incident=self.state.incident, runbook=lookup.runbooks[0]
                )
            )
            cause = followed.cause
        else:
            gathered = await self.activities.gather_diagnostics(
                GatherDiagnosticsRequest(
                    key=self.start.key,
                    incident=self.state.incident,
                    similar_incidents=lookup.similar_incidents,
                )
            )
            cause = gathered.cause
        self.state.findings.CopyFrom(TriageFindings(known_pattern=known, cause=cause))
        await self.emit_triage_phase_completed(
            TriagePhaseCompleted(subject=self.subject, findings=self.state.findings)
        )

    async def remediate(self) -> None:
        """Propose, ask, apply and verify, until something has helped or nothing is left to try."""
        while not self.resolved:
            if not self.state.HasField("proposal") and not await self.propose():
                await self.escalate("no remediation is known to help")
                return
            if not await self.is_approved():
                decided = self.state.HasField("decision")
                self.discard(self.state.decision.reason if decided else "no longer needed")
            elif await self.apply() and await self.verify():
                self.state.verified = True
                # From here on it stays.
                self.saga.clear()
            else:
                reason = "not synced in time" if not self.state.applied else "the service is not healthy"
                await self.revert(reason)
                self.discard(reason)

    async def propose(self) -> bool:
        """Ask a person to approve a remediation; False if there is none to propose."""
        self.enter(REMEDIATION, "proposing a remediation")
        if len(self.state.discarded) == MAX_PROPOSALS:
            return False
        proposed = await self.activities.propose_remediation(
            ProposeRemediationRequest(
                key=self.start.key,
                incident=self.state.incident,
                findings=self.state.findings,
                discarded=self.state.discarded,
            )
        )
        if not proposed.change:
            return False
        number = len(self.state.discarded) + 1
        self.state.proposal.CopyFrom(
            RemediationProposal(
                id=f"{self.key.incident_id}-{number}", change=proposed.change, risk_tier=proposed.risk_tier
            )
        )
        self.state.awaited_from = self.responder
        await self.emit_remediation_proposed(
            RemediationProposed(
                subject=self.subject, proposal=self.state.proposal, awaited_from=self.responder
            )
        )
        request = RequestApprovalRequest(
            key=self.start.key, proposal=self.state.proposal, responder=self.responder
        )
        if await self.attempt(self.activities.request_approval(request)) is None:
            await self.escalate("the approval could not be requested")
        return True

    async def is_approved(self) -> bool:
        """Wait for the decision of a person, and ask others when it takes long."""
        if self.state.decision.approved:
            return True
        self.enter(REMEDIATION, "awaiting approval")
        await self.until(
            lambda: self.state.HasField("decision") or self.state.resolved_by_others or self.stopped,
            name="approval",
            deadline=self.ends_at,
            steps=self.ladder(),
        )
        self.state.awaited_from = ""
        self.check()
        return self.state.decision.approved

    async def apply(self) -> bool:
        """Commit the remediation and wait for its sync; False if that does not come."""
        if self.state.applied:
            return True
        if not self.state.commit:
            self.enter(REMEDIATION, "committing the remediation")
            self.state.in_gitops = True
            # Owed before it is tried: an attempt whose answer is lost has committed all the same.
            self.saga.add(
                self.activities.revert_remediation,
                RevertRemediationRequest(key=self.start.key, proposal_id=self.state.proposal.id),
            )
            committed = await self.activities.commit_remediation(
                CommitRemediationRequest(key=self.start.key, proposal=self.state.proposal)
            )
            self.state.commit = committed.commit
        self.enter(REMEDIATION, "awaiting the sync")
        self.state.applied = await self.poll(self.is_synced, SYNC_WINDOW)
        if self.state.applied:
            await self.emit_remediation_applied(
                RemediationApplied(
                    subject=self.subject,
                    proposal_id=self.state.proposal.id,
                    evidence_ref=self.state.commit,
                )
            )
        return self.state.applied

    async def verify(self) -> bool:
        """Look whether it has helped."""
        self.enter(VERIFICATION, "verification")
        if not self.state.HasField("poll_until"):
            await self.emit_verification_started(
                VerificationStarted(subject=self.subject, proposal_id=self.state.proposal.id)
            )
        helped = await self.poll(self.is_healthy, VERIFICATION_WINDOW)
        await self.emit_verification_completed(
            VerificationCompleted(
                subject=self.subject, proposal_id=self.state.proposal.id, report=self.state.report
            )
        )
        return helped

    async def document(self) -> None:
        """Write down what was learnt, and ask the domain to close the incident if it is gone."""
        self.enter(DOCUMENTATION, "documentation")
        summarized = await self.activities.summarize_incident(
            SummarizeIncidentRequest(
                key=self.start.key,
                incident=self.state.incident,
                lookup=self.state.lookup,
                findings=self.state.findings,
                remediation=self.state.proposal if self.state.verified else None,
                discarded=self.state.discarded,
            )
        )
        item = summarized.suggested_backlog_item
        await self.emit_documentation_requested(
            DocumentationRequested(
                subject=self.subject, summary=summarized.summary, suggested_backlog_item=item
            )
        )
        self.check()
        await self.activities.upsert_backlog_item(UpsertBacklogItemRequest(key=self.start.key, item=item))
        self.check()
        if self.resolved and not self.state.closed_by_others:
            await self.activities.request_incident_closure(
                RequestIncidentClosureRequest(key=self.start.key, summary=summarized.summary)
            )

    # --- Ends before the end ---

    async def cancel(self, reason: str) -> None:
        """Revert what was not verified, and say that the triage was stopped."""
        phase = self.state.phase
        await self.revert(reason)
        if self.created:
            await self.emit_incident_triage_cancelled(
                IncidentTriageCancelled(subject=self.subject, phase=phase, reason=reason)
            )

    async def fail(self, reason: str) -> None:
        """Revert what was not verified, and call people."""
        failed = IncidentTriageFailed(subject=self.subject, phase=self.state.phase, reason=reason)
        try:
            await self.revert(reason)
        except ApplicationError as error:
            failed.reason = reason_of(error)
        await self.escalate(failed.reason)
        await self.emit_incident_triage_failed(failed)

    async def revert(self, reason: str) -> None:
        """Take a remediation back that is, or may be, committed and is not verified.

        Raises:
            ApplicationError: It cannot be taken back.
        """
        if not self.state.in_gitops or self.state.verified:
            return
        self.phase = "reverting the remediation"
        self.state.in_gitops = False
        reverted = RemediationReverted(
            subject=self.subject,
            proposal_id=self.state.proposal.id,
            evidence_ref=self.state.commit,
            reason=reason,
        )
        try:
            await self.compensate()
        except asyncio.CancelledError:
            # It came meanwhile, and has waited.
            if not self.saga.uncompensated:
                await self.emit_remediation_reverted(reverted)
            raise
        await self.emit_remediation_reverted(reverted)

    # --- Steps ---

    def enter(self, phase: IncidentTriagePhase, doing: str) -> None:
        """Go on to what is next.

        Raises:
            Stopped: There is to be no next.
        """
        self.check()
        self.state.phase, self.phase = phase, doing
        self.touch()

    def check(self) -> None:
        """Go no further once the triage was stopped or its time is over.

        Raises:
            Stopped: It was, or is.
        """
        if self.stopped:
            raise Stopped(self.state.stopped)
        if self.now() >= self.ends_at:
            raise OutOfTime("the triage took too long")

    def stop(self, reason: str) -> None:
        """Let `run` stop at its next step."""
        if not self.stopped:
            self.state.stopped = reason
            self.touch()

    def decide(self, proposal_id: str, decision: RemediationDecision) -> None:
        """Note a decision, if one is awaited.

        Raises:
            Rejected: It is not, not on this proposal, or nobody has taken it.
        """
        if not self.state.awaited_from:
            raise Rejected("NothingToDecide", "no remediation awaits a decision")
        if proposal_id != self.state.proposal.id:
            raise Rejected("OtherProposal", f"the proposal is {self.state.proposal.id}, not {proposal_id}")
        if not decision.decided_by:
            raise Rejected("NobodyDecides", "decided_by is empty")
        self.state.decision.CopyFrom(decision)
        self.state.awaited_from = ""
        self.touch()

    def discard(self, reason: str) -> None:
        """Make room for another proposal."""
        self.state.discarded.append(DiscardedProposal(proposal=self.state.proposal, reason=reason))
        for field in ("proposal", "decision", "commit", "applied", "report"):
            self.state.ClearField(field)

    def ladder(self) -> list[Step]:
        """Return who is asked when, while nobody decides."""
        return [after(delay, partial(self.escalate_to, level)) for level, delay in ESCALATIONS]

    async def escalate_to(self, level: int) -> None:
        """Escalate, unless somebody has done so before."""
        if self.state.escalation_level < level:
            await self.escalate("nobody has decided on the remediation")

    async def escalate(self, reason: str) -> None:
        """Call the next responder, who from now on is to decide."""
        self.state.escalation_level += 1
        if self.state.awaited_from:
            self.state.awaited_from = self.responder
        self.touch()
        page = PageResponderRequest(key=self.start.key, responder=self.responder, reason=reason)
        await self.emit_incident_escalated(
            IncidentEscalated(
                subject=self.subject,
                level=self.state.escalation_level,
                responder=page.responder,
                phase=self.state.phase,
                reason=reason,
            )
        )
        await self.attempt(self.activities.page_responder(page))

    async def poll(self, is_so: Callable[[], Awaitable[bool]], window: timedelta) -> bool:
        """Ask again and again until it is so, or the time is over."""
        if not self.state.HasField("poll_until"):
            self.state.poll_until.FromDatetime(self.now() + window)
        poll_until = self.state.poll_until.ToDatetime(UTC)
        so = False
        while not so and self.now() < poll_until:
            so = await is_so()
            self.check()
            if not so:
                await self.until(lambda: self.stopped, name="poll", timeout=POLL_INTERVAL)
                self.check()
        self.state.ClearField("poll_until")
        return so

    async def is_synced(self) -> bool:
        """Ask whether ArgoCD has synced the commit; no answer is none yet."""
        request = GetSyncStatusRequest(service=self.state.incident.service, commit=self.state.commit)
        status = await self.attempt(self.activities.get_sync_status(request))
        return status is not None and status.synced

    async def is_healthy(self) -> bool:
        """Ask whether the service is well; no answer is no good news."""
        service = self.state.incident.service
        synced, health, alerts = await asyncio.gather(
            self.is_synced(),
            self.attempt(self.activities.get_resource_health(GetResourceHealthRequest(service=service))),
            self.attempt(self.activities.get_active_alerts(GetActiveAlertsRequest(service=service))),
        )
        report = HealthReport(
            synced=synced,
            resources_healthy=health is not None and health.healthy,
            alerts_clear=alerts is not None and not alerts.alerts,
        )
        self.state.report.CopyFrom(report)
        return report.synced and report.resources_healthy and report.alerts_clear

    async def attempt(self, call: Awaitable[AnswerT]) -> AnswerT | None:
        """Return what an activity answers; None if it fails, for the triage goes on without."""
        try:
            return await call
        except ActivityError:
            workflow.logger.exception("the triage goes on without an answer")
            return None

    def touch(self) -> None:
        """Note when something has changed last."""
        self.state.updated_at.FromDatetime(self.now())

    # --- What the state says ---

    @property
    def created(self) -> bool:
        """Whether it is known what the incident is about."""
        return self.state.HasField("incident")

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped the triage."""
        return bool(self.state.stopped)

    @property
    def resolved(self) -> bool:
        """Whether the incident is gone."""
        return self.state.verified or self.state.resolved_by_others

    @property
    def ends_at(self) -> datetime:
        """When the triage ends at the latest."""
        return self.state.ends_at.ToDatetime(UTC)

    @property
    def responder(self) -> str:
        """Who is called at the current level of escalation."""
        return RESPONDERS[min(self.state.escalation_level, len(RESPONDERS) - 1)]

    @property
    def subject(self) -> SreProcessSubject:
        """What facts say of this process."""
        return SreProcessSubject(
            tenant_id=self.key.tenant_id,
            incident_id=self.key.incident_id,
            workflow_id=workflow_id(self.key),
            workflow_type=WORKFLOW_TYPE,
        )


def reason_of(error: FailureError) -> str:
    """Say in one line why a step failed."""
    cause = error.cause if isinstance(error, ActivityError) else error
    if isinstance(cause, ApplicationError):
        return f"{cause.type}: {cause.message}"
    return str(cause or error)
