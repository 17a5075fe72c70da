"""How a triage goes, on a real Temporal; hours pass on a server that skips them."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import (
    ApproveRemediation,
    BacklogItem,
    CancelTriage,
    CommitRemediationRequest,
    CommitRemediationResponse,
    EscalateIncident,
    FollowRunbookResponse,
    GetActiveAlertsResponse,
    GetPendingDecision,
    GetResourceHealthResponse,
    GetSyncStatusResponse,
    HealthReport,
    Incident,
    IncidentClosed,
    IncidentCreated,
    IncidentKey,
    IncidentResolved,
    IncidentSeverity,
    IncidentTriageOutcome,
    IncidentTriagePhase,
    IncidentTriageResultV1,
    IncidentTriageStartV1,
    PatternLookup,
    PendingDecision,
    ProposeRemediationResponse,
    QueryRunbooksResponse,
    RejectRemediation,
    RiskTier,
    SreProcessSubject,
)
from process_runtime.testing import StandIn
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from incident_triage.contract import IncidentTriageKey
from incident_triage.testing import IncidentTriageHarness, IncidentTriageRun
from incident_triage.workflow import IncidentTriageProcess
from processes.incident_triage.activities_impl import IncidentTriageActivitiesImpl
from processes.sre_systems import SreSystems

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESOLVED = IncidentTriageOutcome.INCIDENT_TRIAGE_OUTCOME_RESOLVED
CLOSED = IncidentTriageOutcome.INCIDENT_TRIAGE_OUTCOME_CLOSED

# The phases, and which activity goes on in each; somebody has approved in those after the approval.
STEPS = {
    "pattern lookup": "query_runbooks",
    "triage": "gather_diagnostics",
    "proposing a remediation": "propose_remediation",
    "awaiting approval": None,
    "committing the remediation": "commit_remediation",
    "awaiting the sync": "get_sync_status",
    "verification": "get_resource_health",
    "documentation": "upsert_backlog_item",
}
APPROVED = ("committing the remediation", "awaiting the sync", "verification", "documentation")
UNVERIFIED = APPROVED[:3]
PHASES = {
    "pattern lookup": IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_PATTERN_LOOKUP,
    "triage": IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_TRIAGE,
    "verification": IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_VERIFICATION,
    "documentation": IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_DOCUMENTATION,
}
REMEDIATION = IncidentTriagePhase.INCIDENT_TRIAGE_PHASE_REMEDIATION

INVESTIGATED = ["IncidentTriageStarted", "PatternLookupCompleted", "TriagePhaseCompleted"]
APPLIED = ["RemediationProposed", "RemediationApproved", "RemediationApplied"]
VERIFIED = ["VerificationStarted", "VerificationCompleted"]
DOCUMENTED = ["DocumentationRequested", "IncidentTriageCompleted"]


class Case:
    """One incident of a test, as the SRE domain and its people act on it."""

    def __init__(self, harness: IncidentTriageHarness, systems: SreSystems, fingerprint: str = "") -> None:
        self.harness = harness
        self.systems = systems
        self.key = IncidentTriageKey("acme", f"I-{uuid.uuid4()}")
        self.run: IncidentTriageRun = harness.run(self.key)
        self.incident = Incident(
            title="checkout is slow",
            severity=IncidentSeverity.INCIDENT_SEVERITY_HIGH,
            service="checkout",
            fingerprint=fingerprint or f"F-{uuid.uuid4()}",
        )

    async def created(self, *, version: int = 1, idempotency_key: str | None = None) -> None:
        """Let it happen."""
        fact = IncidentCreated(incident=self.incident)
        await self.harness.send(
            self.harness.events.incident_created(
                self.key, fact, aggregate_version=version, idempotency_key=idempotency_key
            )
        )

    async def resolved(self, *, version: int = 2) -> None:
        """Let it go away."""
        fact = IncidentResolved(resolved_by="bob")
        await self.harness.send(
            self.harness.events.incident_resolved(self.key, fact, aggregate_version=version)
        )

    async def closed(self) -> None:
        """Let the domain close it."""
        fact = IncidentClosed(reason="duplicate")
        await self.harness.send(self.harness.events.incident_closed(self.key, fact, aggregate_version=2))

    async def approve(self, number: int = 1, *, by: str = "ann", key: str | None = None) -> None:
        """Approve a proposal."""
        command = ApproveRemediation(proposal_id=self.proposal(number), decided_by=by)
        await self.harness.send(
            self.harness.events.approve_remediation(self.key, command, idempotency_key=key)
        )

    async def reject(self, number: int = 1, *, by: str = "ann") -> None:
        """Reject a proposal."""
        command = RejectRemediation(
            proposal_id=self.proposal(number), decided_by=by, reason="not in the sales season"
        )
        await self.harness.send(self.harness.events.reject_remediation(self.key, command))

    async def escalate(self) -> None:
        """Ask for the next responder."""
        command = EscalateIncident(requested_by="bob", reason="customers call")
        await self.harness.send(self.harness.events.escalate_incident(self.key, command))

    async def cancel_triage(self) -> None:
        """Stop it."""
        command = CancelTriage(requested_by="bob", reason="a drill")
        await self.harness.send(self.harness.events.cancel_triage(self.key, command))

    async def proposed(self, number: int = 1) -> None:
        """Wait until a decision on that proposal is awaited."""
        await self.run.until(
            lambda state: state.proposal.id == self.proposal(number) and bool(state.awaited_from)
        )

    def proposal(self, number: int) -> str:
        """ID of a proposal."""
        return f"{self.key.incident_id}-{number}"

    def step(self, phase: str) -> StandIn[Any, Any] | None:
        """The activity that goes on in a phase."""
        name = STEPS[phase]
        return None if name is None else getattr(self.harness.activities, name)

    async def reach(self, phase: str) -> None:
        """Bring the triage to a phase that does not end by itself."""
        step = self.step(phase)
        if step is not None:
            step.hold()
        await self.created()
        if phase in APPROVED:
            await self.proposed()
            await self.approve()
        await self.run.until(phase=phase)
        if step is not None:
            await step.called()

    async def leave(self, phase: str) -> None:
        """Let what goes on in the phase come to its end."""
        step = self.step(phase)
        if step is not None:
            step.release()

    def told(self) -> list[Any]:
        """The process facts so far, in order."""
        published = self.harness.facts.published
        return [fact for event_type, fact in published if event_type.startswith("sre.process.")]

    def facts(self) -> list[str]:
        """Their names."""
        return [fact.DESCRIPTOR.name for fact in self.told()]

    def fact(self, name: str) -> Any:
        """The last one of that name."""
        return [fact for fact in self.told() if fact.DESCRIPTOR.name == name][-1]

    def effects(self) -> list[str]:
        """What the world outside has seen, in order."""
        return [effect.name for effect in self.systems.effects()]

    async def ended(self) -> WorkflowExecutionStatus | None:
        """Wait for an end that is no result, and return which it is."""
        await self.run.failure()
        return (await self.run.handle.describe()).status


@pytest.fixture
def systems(tmp_path: Path) -> SreSystems:
    """The world outside."""
    return SreSystems(tmp_path / "systems.sqlite3")


@pytest_asyncio.fixture(loop_scope="session")
async def case(temporal_env: WorkflowEnvironment, systems: SreSystems) -> AsyncIterator[Case]:
    """An incident in real time."""
    async with IncidentTriageHarness(temporal_env, IncidentTriageActivitiesImpl(systems)) as harness:
        yield Case(harness, systems)


@pytest_asyncio.fixture(loop_scope="session")
async def slow_case(time_skipping_env: WorkflowEnvironment, systems: SreSystems) -> AsyncIterator[Case]:
    """An incident that takes hours."""
    async with IncidentTriageHarness(time_skipping_env, IncidentTriageActivitiesImpl(systems)) as harness:
        yield Case(harness, systems)


# --- From lookup to documentation ---


async def test_an_incident_goes_through_all_phases_to_its_resolution(case: Case) -> None:
    await case.reach("awaiting approval")
    await case.approve()
    assert await case.run.result() == IncidentTriageResultV1(outcome=RESOLVED)
    assert case.run.id == f"sre.incident_triage.acme.{case.key.incident_id}"
    assert case.facts() == [*INVESTIGATED, *APPLIED, *VERIFIED, *DOCUMENTED]
    assert case.effects() == ["approval requested", "committed", "backlog item written", "closure requested"]
    phases = [
        fact.message.phase  # type: ignore[attr-defined]
        for fact in case.harness.facts.facts
        if fact.attributes["type"] == "process.ProcessProgressed.v1"
    ]
    assert phases == [*STEPS, "completed", "completed"]  # and with it the end
    state = await case.run.state()
    assert (state.incident_id, state.outcome) == (case.key.incident_id, RESOLVED)
    assert state.phase == PHASES["documentation"]
    assert state.HasField("updated_at")


async def test_facts_name_the_incident_and_the_process_and_are_partitioned_by_them(case: Case) -> None:
    await case.reach("awaiting approval")
    subject = SreProcessSubject(
        tenant_id="acme",
        incident_id=case.key.incident_id,
        workflow_id=case.run.id,
        workflow_type="ameide_core_proto.sre.process.v1.IncidentTriageWorkflow",
    )
    own = [fact for fact in case.harness.facts.facts if fact.attributes["type"].startswith("sre.process.")]
    assert [fact.message.subject for fact in own] == [subject] * 4  # type: ignore[attr-defined]
    assert {fact.attributes["partitionkey"] for fact in own} == {f"acme/{case.run.id}"}


async def test_patterns_are_looked_for_in_the_projections_before_anything_else(case: Case) -> None:
    await case.reach("pattern lookup")
    await case.harness.activities.query_knowledge_index.called()
    await case.harness.activities.query_incidents.called()
    assert {call.activity for call in case.harness.record.calls} == {
        "query_knowledge_index",
        "query_incidents",
        "query_runbooks",
    }
    assert case.effects() == []
    await case.leave("pattern lookup")
    await case.run.until(phase="awaiting approval")
    assert case.facts()[1] == "PatternLookupCompleted"


async def test_an_unknown_pattern_is_diagnosed(case: Case) -> None:
    await case.reach("awaiting approval")
    assert case.fact("PatternLookupCompleted").lookup == PatternLookup()
    findings = case.fact("TriagePhaseCompleted").findings
    assert (findings.known_pattern, findings.cause) == (False, "something new in checkout")
    assert not case.harness.activities.follow_runbook.calls


async def test_what_an_incident_taught_is_followed_in_the_next_that_looks_alike(case: Case) -> None:
    await case.created()
    await case.proposed()
    await case.approve()
    await case.run.result()
    item = f"backlog-{case.key.incident_id}"
    assert case.fact("DocumentationRequested").suggested_backlog_item == BacklogItem(
        title="prevent: checkout is slow",
        learnings="roll back the last release",
        fingerprint=case.incident.fingerprint,
    )

    again = Case(case.harness, case.systems, case.incident.fingerprint)
    again.harness.activities.follow_runbook.will(FollowRunbookResponse(cause="the cache is cold"))
    await again.created()
    await again.proposed()
    lookup = PatternLookup(
        backlog_items=[item],
        similar_incidents=[case.key.incident_id],
        runbooks=[f"runbook of {item}"],
    )
    assert again.fact("PatternLookupCompleted").lookup == lookup
    findings = again.fact("TriagePhaseCompleted").findings
    assert (findings.known_pattern, findings.cause) == (True, "the cache is cold")
    assert len(case.harness.activities.gather_diagnostics.requests) == 1  # of the first
    await again.approve()
    await again.run.result()
    assert again.fact("DocumentationRequested").suggested_backlog_item.id == item


async def test_a_pattern_without_a_runbook_is_diagnosed_with_a_hint(case: Case) -> None:
    await case.systems.learn("B-1", case.incident.fingerprint, "I-0")
    case.harness.activities.query_runbooks.will(QueryRunbooksResponse())
    await case.reach("awaiting approval")
    [request] = case.harness.activities.gather_diagnostics.requests
    assert request.similar_incidents == ["I-0"]


# --- The gate ---


async def test_nothing_is_committed_before_a_person_approves(case: Case) -> None:
    await case.reach("awaiting approval")
    await case.run.rest()
    assert case.effects() == ["approval requested"]
    proposal = case.fact("RemediationProposed").proposal
    assert (proposal.id, proposal.risk_tier) == (case.proposal(1), RiskTier.RISK_TIER_LOW)
    pending = await case.harness.client.get_pending_decision(case.key, GetPendingDecision())
    assert (pending.proposal, pending.awaited_from) == (proposal, "on-call")
    await case.approve(by="ann")
    await case.run.result()
    approved = case.fact("RemediationApproved")
    assert (approved.proposal_id, approved.decided_by) == (proposal.id, "ann")
    assert case.fact("RemediationApplied").evidence_ref == f"commit-of-{proposal.id}"
    pending = await case.harness.client.get_pending_decision(case.key, GetPendingDecision())
    assert pending == PendingDecision()


async def test_a_rejected_proposal_is_followed_by_another_that_knows_why(case: Case) -> None:
    await case.created()
    await case.proposed()
    await case.reject()
    await case.proposed(2)
    assert case.fact("RemediationRejected").reason == "not in the sales season"
    [_, second] = case.harness.activities.propose_remediation.requests
    [discarded] = second.discarded
    assert (discarded.proposal.id, discarded.reason) == (case.proposal(1), "not in the sales season")
    await case.approve(2)
    assert (await case.run.result()).outcome == RESOLVED
    assert case.facts() == [
        *INVESTIGATED,
        "RemediationProposed",
        "RemediationRejected",
        *APPLIED,
        *VERIFIED,
        *DOCUMENTED,
    ]
    commits = [effect.detail for effect in case.systems.effects() if effect.name == "committed"]
    assert commits == [case.proposal(2)]


async def test_after_three_rejections_people_take_over(case: Case) -> None:
    await case.created()
    for number in (1, 2, 3):
        await case.proposed(number)
        await case.reject(number)
    result = await case.run.result()
    assert (result.outcome, result.reason) == (CLOSED, "no remediation is known to help")
    assert case.facts()[-3:] == ["IncidentEscalated", *DOCUMENTED]
    assert "closure requested" not in case.effects()


async def test_where_nothing_is_known_to_help_people_take_over(case: Case) -> None:
    case.harness.activities.propose_remediation.will(ProposeRemediationResponse())
    await case.created()
    assert (await case.run.result()).outcome == CLOSED
    assert case.facts() == [*INVESTIGATED, "IncidentEscalated", *DOCUMENTED]
    assert case.effects() == ["paged", "backlog item written"]


@pytest.mark.parametrize("phase", ["triage", "verification"])
async def test_a_decision_at_the_wrong_time_changes_nothing(case: Case, phase: str) -> None:
    await case.reach(phase)
    facts = case.facts()
    await case.reject()
    await case.approve()
    await case.run.rest()
    assert case.facts() == facts
    await case.leave(phase)
    if phase == "triage":
        # What came before the proposal does not count for it.
        await case.proposed()
        await case.approve()
    assert (await case.run.result()).outcome == RESOLVED
    assert case.facts().count("RemediationApproved") == 1


async def test_a_decision_on_another_proposal_or_of_nobody_changes_nothing(case: Case) -> None:
    await case.reach("awaiting approval")
    await case.approve(2)
    await case.approve(by="")
    await case.run.rest()
    assert await case.run.phase() == "awaiting approval"
    await case.reject()
    await case.proposed(2)
    await case.approve(1)
    await case.run.rest()
    assert (await case.run.state()).awaited_from == "on-call"
    assert "RemediationApproved" not in case.facts()


async def test_of_two_decisions_the_first_counts(case: Case) -> None:
    case.harness.activities.commit_remediation.hold()
    await case.reach("awaiting approval")
    await case.approve()
    await case.reject()
    await case.leave("committing the remediation")
    assert (await case.run.result()).outcome == RESOLVED
    assert "RemediationRejected" not in case.facts()


# --- Verification ---


async def test_a_remediation_that_does_not_help_is_reverted_and_another_one_helps(slow_case: Case) -> None:
    slow_case.harness.activities.get_active_alerts.will(GetActiveAlertsResponse(alerts=["latency"]))
    await slow_case.created()
    await slow_case.proposed()
    await slow_case.approve()
    await slow_case.run.until(phase="verification")
    await slow_case.harness.advance(minutes=16)
    await slow_case.proposed(2)
    report = slow_case.fact("VerificationCompleted").report
    assert report == HealthReport(synced=True, resources_healthy=True)
    assert slow_case.effects() == ["approval requested", "committed", "reverted", "approval requested"]
    reverted = slow_case.fact("RemediationReverted")
    assert reverted.evidence_ref == f"commit-of-{slow_case.proposal(1)}"
    assert reverted.reason == "the service is not healthy"

    slow_case.harness.activities.get_active_alerts.will()
    await slow_case.approve(2)
    assert (await slow_case.run.result()).outcome == RESOLVED
    assert slow_case.facts() == [
        *INVESTIGATED,
        *APPLIED,
        *VERIFIED,
        "RemediationReverted",
        *APPLIED,
        *VERIFIED,
        *DOCUMENTED,
    ]


async def test_sync_and_health_are_asked_for_until_they_are_there(slow_case: Case) -> None:
    activities = slow_case.harness.activities
    away = ApplicationError("ArgoCD is away", non_retryable=True)
    activities.get_sync_status.will(GetSyncStatusResponse(), away, GetSyncStatusResponse(synced=True))
    activities.get_resource_health.will(
        GetResourceHealthResponse(), away, GetResourceHealthResponse(healthy=True)
    )
    await slow_case.created()
    await slow_case.proposed()
    began = await slow_case.harness.now()
    await slow_case.approve()
    assert (await slow_case.run.result()).outcome == RESOLVED
    # Twice a minute each.
    assert await slow_case.harness.now() - began >= timedelta(minutes=4)
    assert len(activities.get_resource_health.requests) == 3
    assert slow_case.facts()[-6:] == [*APPLIED[1:], *VERIFIED, *DOCUMENTED]


async def test_a_commit_that_is_not_synced_in_time_is_reverted(slow_case: Case) -> None:
    slow_case.harness.activities.get_sync_status.will(GetSyncStatusResponse())
    await slow_case.created()
    await slow_case.proposed()
    await slow_case.approve()
    await slow_case.run.until(phase="awaiting the sync")
    await slow_case.harness.advance(minutes=16)
    await slow_case.proposed(2)
    assert slow_case.fact("RemediationReverted").reason == "not synced in time"
    assert "RemediationApplied" not in slow_case.facts()


# --- Escalation ---


@pytest.mark.parametrize("phase", ["pattern lookup", "awaiting approval", "verification", "documentation"])
async def test_anybody_may_escalate_in_any_phase(case: Case, phase: str) -> None:
    await case.reach(phase)
    await case.escalate()
    await case.run.until(lambda state: state.escalation_level == 1)
    await case.harness.activities.page_responder.called()
    await case.leave(phase)
    if phase not in APPROVED:
        await case.proposed()
        assert (await case.run.state()).awaited_from == "sre-lead"
        await case.approve(by="lea")
    assert (await case.run.result()).outcome == RESOLVED
    escalated = case.fact("IncidentEscalated")
    assert (escalated.level, escalated.responder) == (1, "sre-lead")
    assert (escalated.phase, escalated.reason) == (PHASES.get(phase, REMEDIATION), "bob: customers call")
    assert case.effects().count("paged") == 1


async def test_who_is_asked_changes_when_nobody_decides(slow_case: Case) -> None:
    await slow_case.created()
    await slow_case.run.until(phase="awaiting approval")
    awaited = []
    for minutes in (29, 2, 88, 2):
        await slow_case.harness.advance(minutes=minutes)
        awaited.append((await slow_case.run.state()).awaited_from)
    assert awaited == ["on-call", "sre-lead", "sre-lead", "incident-commander"]
    assert slow_case.facts().count("IncidentEscalated") == 2
    assert slow_case.fact("IncidentEscalated").reason == "nobody has decided on the remediation"
    await slow_case.approve(by="max")
    assert (await slow_case.run.result()).outcome == RESOLVED


async def test_who_was_asked_by_command_is_not_asked_again_by_time(slow_case: Case) -> None:
    await slow_case.created()
    await slow_case.run.until(phase="awaiting approval")
    await slow_case.escalate()
    await slow_case.harness.advance(minutes=119)
    assert slow_case.effects() == ["approval requested", "paged"]
    await slow_case.harness.advance(minutes=2)
    assert slow_case.effects() == ["approval requested", "paged", "paged"]


# --- Ends before the end ---


@pytest.mark.parametrize("phase", STEPS)
async def test_cancelling_the_triage_reverts_what_is_not_verified(case: Case, phase: str) -> None:
    await case.reach(phase)
    await case.cancel_triage()
    await case.run.until(lambda state: bool(state.stopped))
    # The step that is going on ends first.
    await case.leave(phase)
    result = await case.run.result()
    assert result.reason == "cancelled by bob: a drill"
    assert result.outcome == (RESOLVED if phase == "documentation" else CLOSED)
    reverted = phase in UNVERIFIED
    assert ("reverted" in case.effects(), "RemediationReverted" in case.facts()) == (reverted, reverted)
    assert case.facts()[-2:] == ["IncidentTriageCancelled", "IncidentTriageCompleted"]
    cancelled = case.fact("IncidentTriageCancelled")
    assert (cancelled.phase, cancelled.reason) == (PHASES.get(phase, REMEDIATION), result.reason)
    assert "closure requested" not in case.effects()


@pytest.mark.parametrize("phase", STEPS)
async def test_cancelling_the_process_reverts_what_is_not_verified(case: Case, phase: str) -> None:
    await case.reach(phase)
    await case.harness.client.cancel(case.key)
    await case.run.rest()
    # It does not hear of the cancellation, and takes effect all the same.
    await case.leave(phase)
    assert await case.ended() is WorkflowExecutionStatus.CANCELED
    reverted = phase in UNVERIFIED
    assert ("reverted" in case.effects(), "RemediationReverted" in case.facts()) == (reverted, reverted)
    cancelled = case.fact("IncidentTriageCancelled")
    assert (cancelled.phase, cancelled.reason) == (
        PHASES.get(phase, REMEDIATION),
        "the process was cancelled",
    )
    assert "IncidentTriageCompleted" not in case.facts()


async def test_a_process_cancelled_before_its_incident_has_nothing_to_tell(case: Case) -> None:
    start = IncidentTriageStartV1(start_version=1)
    start.key.CopyFrom(IncidentKey(tenant_id=case.key.tenant_id, incident_id=case.key.incident_id))
    await case.harness.client.start(start)
    await case.run.rest()
    await case.harness.client.cancel(case.key)
    assert await case.ended() is WorkflowExecutionStatus.CANCELED
    assert case.facts() == case.effects() == []


async def test_cancelling_while_it_is_reverted_lets_it_be_reverted(case: Case) -> None:
    revert = case.harness.activities.revert_remediation
    revert.hold()
    await case.reach("verification")
    await case.cancel_triage()
    await case.leave("verification")
    await revert.called()
    await case.harness.client.cancel(case.key)
    await case.run.rest()
    revert.release()
    assert await case.ended() is WorkflowExecutionStatus.CANCELED
    assert case.effects() == ["approval requested", "committed", "reverted"]
    assert case.facts()[-2:] == ["RemediationReverted", "IncidentTriageCancelled"]


@pytest.mark.parametrize("phase", ["awaiting approval", "verification"])
async def test_an_incident_that_goes_away_is_documented(case: Case, phase: str) -> None:
    await case.reach(phase)
    await case.resolved()
    await case.run.until(lambda state: state.resolved_by_others)
    await case.leave(phase)
    assert (await case.run.result()).outcome == RESOLVED
    assert case.facts()[-2:] == DOCUMENTED
    # What was committed is verified all the same.
    assert ("VerificationCompleted" in case.facts()) == (phase == "verification")
    assert case.effects()[-2:] == ["backlog item written", "closure requested"]


@pytest.mark.parametrize("phase", ["awaiting approval", "verification"])
async def test_an_incident_that_is_closed_by_others_is_left_alone(case: Case, phase: str) -> None:
    await case.reach(phase)
    await case.closed()
    await case.run.until(lambda state: state.closed_by_others)
    await case.leave(phase)
    result = await case.run.result()
    assert (result.outcome, result.reason) == (CLOSED, "the incident was closed: duplicate")
    assert ("reverted" in case.effects()) == (phase == "verification")
    assert "DocumentationRequested" not in case.facts()


async def test_an_incident_that_is_closed_meanwhile_is_not_closed_again(case: Case) -> None:
    await case.reach("documentation")
    await case.closed()
    await case.run.until(lambda state: state.closed_by_others)
    await case.leave("documentation")
    assert await case.run.result() == IncidentTriageResultV1(outcome=RESOLVED)
    assert case.effects()[-1] == "backlog item written"
    assert case.facts()[-2:] == DOCUMENTED


# --- Time ---


async def test_a_triage_ends_itself_within_twelve_hours(slow_case: Case) -> None:
    await slow_case.created()
    await slow_case.harness.advance(hours=11, minutes=29)
    assert await slow_case.run.phase() == "awaiting approval"
    pending = await slow_case.harness.client.get_pending_decision(slow_case.key, GetPendingDecision())
    ends_at = pending.ends_at.ToDatetime(UTC)
    await slow_case.harness.advance(minutes=2)
    result = await slow_case.run.result()
    assert (result.outcome, result.reason) == (CLOSED, "the triage took too long")
    assert slow_case.facts()[-3:] == [
        "IncidentEscalated",
        "IncidentTriageTimedOut",
        "IncidentTriageCompleted",
    ]
    assert slow_case.fact("IncidentTriageTimedOut").phase == REMEDIATION
    [history] = await slow_case.run.histories()
    begun = history.events[0].workflow_execution_started_event_attributes
    assert begun.workflow_execution_timeout.ToTimedelta() == timedelta(hours=12)
    assert ends_at - history.events[0].event_time.ToDatetime(UTC) == timedelta(hours=11, minutes=30)


async def test_what_is_not_verified_when_the_time_is_over_is_reverted(slow_case: Case) -> None:
    slow_case.harness.activities.get_sync_status.will(GetSyncStatusResponse())
    await slow_case.created()
    await slow_case.harness.advance(hours=11, minutes=25)
    await slow_case.approve()
    assert (await slow_case.run.result()).outcome == CLOSED
    assert slow_case.effects()[-3:] == ["committed", "reverted", "paged"]


async def test_no_activity_takes_longer_than_five_minutes(case: Case) -> None:
    options = IncidentTriageProcess.activity_options
    assert len(options) == 16
    await case.created()
    await case.proposed()
    await case.approve()
    await case.run.result()
    [history] = await case.run.histories()
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    own = [activity for activity in scheduled if activity.activity_type.name in options]
    assert {activity.schedule_to_close_timeout.ToTimedelta() for activity in own} == {timedelta(minutes=5)}
    assert {option.schedule_to_close_timeout for option in options.values()} == {timedelta(minutes=5)}
    assert all(
        activity.start_to_close_timeout.ToTimedelta() <= timedelta(minutes=5) for activity in scheduled
    )
    quick = [activity for activity in own if not activity.activity_type.name.endswith("GatherDiagnostics")]
    assert {activity.start_to_close_timeout.ToTimedelta() for activity in quick} == {timedelta(seconds=30)}


# --- Trouble ---


async def test_a_step_is_tried_five_times_and_then_people_take_over(slow_case: Case) -> None:
    slow_case.harness.activities.gather_diagnostics.will(ConnectionError("the cluster is away"))
    began = await slow_case.harness.now()
    await slow_case.created()
    assert "the cluster is away" in str(await slow_case.run.failure())
    calls = slow_case.harness.activities.gather_diagnostics.calls
    assert [call.attempt for call in calls] == [1, 2, 3, 4, 5]
    assert await slow_case.harness.now() - began >= timedelta(seconds=2 + 4 + 8 + 16)
    assert slow_case.facts()[-2:] == ["IncidentEscalated", "IncidentTriageFailed"]
    failed = slow_case.fact("IncidentTriageFailed")
    assert (failed.phase, failed.reason) == (PHASES["triage"], "ConnectionError: the cluster is away")
    assert slow_case.effects() == ["paged"]


async def test_a_query_service_that_is_away_does_not_hold_up_the_triage(case: Case) -> None:
    away = ApplicationError("the index is away", non_retryable=True)
    case.harness.activities.query_knowledge_index.will(away)
    await case.reach("awaiting approval")
    assert case.fact("PatternLookupCompleted").lookup.unanswered == ["KnowledgeIndex"]


async def test_who_cannot_be_asked_is_passed_over(case: Case) -> None:
    case.harness.activities.request_approval.will(ApplicationError("no chat", non_retryable=True))
    case.harness.activities.page_responder.will(ApplicationError("no pager", non_retryable=True))
    await case.reach("awaiting approval")
    assert (await case.run.state()).awaited_from == "sre-lead"
    assert case.fact("IncidentEscalated").reason == "the approval could not be requested"
    await case.approve(by="lea")
    assert (await case.run.result()).outcome == RESOLVED


async def test_a_commit_whose_answer_is_lost_is_reverted(case: Case) -> None:
    real = IncidentTriageActivitiesImpl(case.systems)

    async def committed_but_not_answered(request: CommitRemediationRequest) -> CommitRemediationResponse:
        await real.commit_remediation(request)
        raise ApplicationError("the answer is lost", type="Lost", non_retryable=True)

    case.harness.activities.commit_remediation.will(committed_but_not_answered)
    await case.created()
    await case.proposed()
    await case.approve()
    assert await case.ended() is WorkflowExecutionStatus.FAILED
    assert case.effects() == ["approval requested", "committed", "reverted", "paged"]
    assert case.facts()[-3:] == ["RemediationReverted", "IncidentEscalated", "IncidentTriageFailed"]
    assert case.fact("IncidentTriageFailed").reason == "Lost: the answer is lost"


async def test_what_cannot_be_reverted_is_named_and_people_take_over(case: Case) -> None:
    case.harness.activities.revert_remediation.will(ApplicationError("conflict", non_retryable=True))
    await case.reach("verification")
    await case.cancel_triage()
    await case.leave("verification")
    failure = await case.run.failure()
    assert isinstance(failure, ApplicationError)
    assert failure.type == "CompensationFailed"
    assert case.facts()[-2:] == ["IncidentEscalated", "IncidentTriageFailed"]
    assert case.fact("IncidentTriageFailed").reason.startswith("CompensationFailed")
    assert "RemediationReverted" not in case.facts()
    assert await case.run.phase() == "compensation_failed"


# --- At least once, and in any order ---


async def test_an_incident_told_again_is_triaged_once(case: Case) -> None:
    await case.created(idempotency_key="created")
    await case.created(idempotency_key="created")
    await case.created()  # another event, of the same version
    await case.proposed()
    await case.approve(key="click")
    await case.approve(key="click")
    await case.run.result()
    status = await case.run.status()
    assert (status.duplicates, status.stale) == (2, 1)
    assert case.facts() == [*INVESTIGATED, *APPLIED, *VERIFIED, *DOCUMENTED]


async def test_a_fact_of_a_version_seen_before_changes_nothing(case: Case) -> None:
    await case.created(version=3)
    await case.resolved(version=2)
    await case.proposed()
    assert not (await case.run.state()).resolved_by_others
    assert (await case.run.status()).stale == 1
    await case.resolved(version=4)
    assert (await case.run.result()).outcome == RESOLVED


# --- Continue-As-New ---


async def escalated_until_continued(case: Case) -> None:
    """Escalate again and again, until the process has gone on as a new run."""
    epoch = (await case.run.status()).run_epoch
    while (await case.run.status()).run_epoch == epoch:
        await case.escalate()
        await case.run.rest()


async def test_a_decision_is_awaited_in_the_next_run(
    short_history_env: WorkflowEnvironment, systems: SreSystems
) -> None:
    async with IncidentTriageHarness(short_history_env, IncidentTriageActivitiesImpl(systems)) as harness:
        case = Case(harness, systems)
        await case.reach("awaiting approval")
        ends_at = (await case.run.state()).ends_at
        await escalated_until_continued(case)
        state = await case.run.state()
        assert (state.ends_at, state.phase) == (ends_at, REMEDIATION)
        await case.approve(by="max")
        assert (await case.run.result()).outcome == RESOLVED
        assert [name for name in case.effects() if name != "paged"] == [
            "approval requested",
            "committed",
            "backlog item written",
            "closure requested",
        ]


@pytest.mark.parametrize("helps", [True, False])
async def test_what_an_earlier_run_committed_is_verified_or_reverted_by_a_later_one(
    short_history_env: WorkflowEnvironment, systems: SreSystems, helps: bool
) -> None:
    async with IncidentTriageHarness(short_history_env, IncidentTriageActivitiesImpl(systems)) as harness:
        case = Case(harness, systems)
        harness.activities.get_resource_health.will(GetResourceHealthResponse())
        await case.created()
        await case.proposed()
        await case.approve()
        await case.run.until(phase="verification")
        await escalated_until_continued(case)
        if helps:
            harness.activities.get_resource_health.will()
            while not (await case.run.state()).verified:
                # Each run begins with asking.
                await case.escalate()
                await case.run.rest()
        else:
            await case.cancel_triage()
        assert (await case.run.result()).outcome == (RESOLVED if helps else CLOSED)
        assert case.facts().count("VerificationStarted") == 1
        assert case.effects().count("committed") == 1
        assert case.effects().count("reverted") == (0 if helps else 1)


# --- What one sees ---


async def test_what_waits_for_whom_is_found_by_search_attributes(case: Case) -> None:
    await case.reach("awaiting approval")
    wanted = (
        f'SreIncidentId = "{case.key.incident_id}" and SreTenantId = "acme" and SreAwaitedFrom = "on-call" '
        'and SreTriagePhase = "INCIDENT_TRIAGE_PHASE_REMEDIATION" and SreEscalationLevel = 0'
    )

    async def is_found() -> bool:
        return [found.id async for found in case.harness.temporal.list_workflows(wanted)] == [case.run.id]

    await case.harness.until(is_found, f"nothing is found by {wanted}")
