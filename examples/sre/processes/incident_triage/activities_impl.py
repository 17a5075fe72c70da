"""What a triage asks of the world outside, and does to it, each effect once however often Temporal retries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ameide_core_proto.sre.process.v1.incident_triage_process_pb2 import (
    BacklogItem,
    CommitRemediationRequest,
    CommitRemediationResponse,
    FollowRunbookRequest,
    FollowRunbookResponse,
    GatherDiagnosticsRequest,
    GatherDiagnosticsResponse,
    GetActiveAlertsRequest,
    GetActiveAlertsResponse,
    GetResourceHealthRequest,
    GetResourceHealthResponse,
    GetSyncStatusRequest,
    GetSyncStatusResponse,
    PageResponderRequest,
    PageResponderResponse,
    ProposeRemediationRequest,
    ProposeRemediationResponse,
    QueryIncidentsRequest,
    QueryIncidentsResponse,
    QueryKnowledgeIndexRequest,
    QueryKnowledgeIndexResponse,
    QueryRunbooksRequest,
    QueryRunbooksResponse,
    RequestApprovalRequest,
    RequestApprovalResponse,
    RequestIncidentClosureRequest,
    RequestIncidentClosureResponse,
    RevertRemediationRequest,
    RevertRemediationResponse,
    RiskTier,
    SummarizeIncidentRequest,
    SummarizeIncidentResponse,
    UpsertBacklogItemRequest,
    UpsertBacklogItemResponse,
)
from temporalio import activity

from incident_triage.activities import IncidentTriageActivities
from processes.sre_systems import SreSystems

REMEDIES = (
    ("roll back the last release", RiskTier.RISK_TIER_LOW),
    ("double the replicas", RiskTier.RISK_TIER_MEDIUM),
    ("fail over to the other region", RiskTier.RISK_TIER_HIGH),
)
PROBES = ("logs", "traces", "recent changes")


class IncidentTriageActivitiesImpl(IncidentTriageActivities):
    """Projections, the gitops repo, ArgoCD, the backlog, the pager, and the SRE domain."""

    def __init__(self, systems: SreSystems) -> None:
        self._systems = systems
        self._projections = systems.projections()

    async def query_knowledge_index(self, request: QueryKnowledgeIndexRequest) -> QueryKnowledgeIndexResponse:
        """Look for backlog items of known patterns."""
        items = await self._projections.backlog_items(request.incident.fingerprint)
        return QueryKnowledgeIndexResponse(backlog_items=items)

    async def query_incidents(self, request: QueryIncidentsRequest) -> QueryIncidentsResponse:
        """Look for past incidents that looked alike."""
        incidents = await self._projections.incidents(request.incident.fingerprint)
        return QueryIncidentsResponse(incidents=incidents)

    async def query_runbooks(self, request: QueryRunbooksRequest) -> QueryRunbooksResponse:
        """Look for documented procedures."""
        runbooks = await self._projections.runbooks(request.incident.fingerprint)
        return QueryRunbooksResponse(runbooks=runbooks)

    async def follow_runbook(self, request: FollowRunbookRequest) -> FollowRunbookResponse:
        """Follow the documented steps of a known pattern."""
        return FollowRunbookResponse(cause=f"as in the {request.runbook}")

    async def gather_diagnostics(self, request: GatherDiagnosticsRequest) -> GatherDiagnosticsResponse:
        """Look into the service."""
        for probe in PROBES:
            activity.heartbeat(probe)
        return GatherDiagnosticsResponse(cause=f"something new in {request.incident.service}")

    async def propose_remediation(self, request: ProposeRemediationRequest) -> ProposeRemediationResponse:
        """Propose the next thing that may help, the least risky first."""
        tried = {discarded.proposal.change for discarded in request.discarded}
        for change, risk_tier in REMEDIES:
            if change not in tried:
                return ProposeRemediationResponse(change=change, risk_tier=risk_tier)
        return ProposeRemediationResponse()

    async def request_approval(self, request: RequestApprovalRequest) -> RequestApprovalResponse:
        """Ask a person."""
        await self._systems.do("approval requested", request.key, request.responder)
        return RequestApprovalResponse()

    async def page_responder(self, request: PageResponderRequest) -> PageResponderResponse:
        """Call a person."""
        await self._systems.do("paged", request.key, request.responder)
        return PageResponderResponse()

    async def commit_remediation(self, request: CommitRemediationRequest) -> CommitRemediationResponse:
        """Commit to the gitops repo."""
        await self._systems.do("committed", request.key, request.proposal.id)
        return CommitRemediationResponse(commit=f"commit-of-{request.proposal.id}")

    async def revert_remediation(self, request: RevertRemediationRequest) -> RevertRemediationResponse:
        """Revert the commit of a proposal, if there is one."""
        if await self._systems.has_done("committed", request.key, request.proposal_id):
            await self._systems.do("reverted", request.key, request.proposal_id)
        return RevertRemediationResponse()

    async def get_sync_status(self, request: GetSyncStatusRequest) -> GetSyncStatusResponse:
        """Ask ArgoCD, which is quick here."""
        return GetSyncStatusResponse(synced=True)

    async def get_resource_health(self, request: GetResourceHealthRequest) -> GetResourceHealthResponse:
        """Ask ArgoCD for the conditions of the service's resources."""
        return GetResourceHealthResponse(healthy=True)

    async def get_active_alerts(self, request: GetActiveAlertsRequest) -> GetActiveAlertsResponse:
        """Ask which alerts fire."""
        return GetActiveAlertsResponse()

    async def summarize_incident(self, request: SummarizeIncidentRequest) -> SummarizeIncidentResponse:
        """Put into words what happened and what to learn from it."""
        helped = request.remediation.change or "nothing that we did"
        return SummarizeIncidentResponse(
            summary=f"{request.incident.title}: {request.findings.cause}; what helped: {helped}",
            suggested_backlog_item=BacklogItem(
                id=request.lookup.backlog_items[0] if request.lookup.backlog_items else "",
                title=f"prevent: {request.incident.title}",
                learnings=helped,
                fingerprint=request.incident.fingerprint,
            ),
        )

    async def upsert_backlog_item(self, request: UpsertBacklogItemRequest) -> UpsertBacklogItemResponse:
        """Ask for a backlog item to be created or updated."""
        item = request.item.id or f"backlog-{request.key.incident_id}"
        await self._systems.do("backlog item written", request.key, item)
        await self._systems.learn(item, request.item.fingerprint, request.key.incident_id)
        return UpsertBacklogItemResponse(id=item)

    async def request_incident_closure(
        self, request: RequestIncidentClosureRequest
    ) -> RequestIncidentClosureResponse:
        """Ask the SRE domain to close the incident; it tells by IncidentClosed that it did."""
        await self._systems.do("closure requested", request.key, request.summary)
        return RequestIncidentClosureResponse()


@asynccontextmanager
async def create_activities() -> AsyncIterator[IncidentTriageActivities]:
    """Open what the activities need, for as long as the worker runs."""
    yield IncidentTriageActivitiesImpl(SreSystems.from_environment())
