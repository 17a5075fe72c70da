"""What an approval does to the world outside, each effect once however often Temporal retries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ameide_core_proto.sales.process.v1.quote_approval_process_pb2 import (
    QuoteApprovalStatus,
    RecordQuoteDecisionRequest,
    RecordQuoteDecisionResponse,
    RemindApproverRequest,
    RemindApproverResponse,
)

from processes.sales_systems import SalesSystems
from quote_approval.activities import QuoteApprovalActivities


class QuoteApprovalActivitiesImpl(QuoteApprovalActivities):
    """Mail and the Sales domain."""

    def __init__(self, systems: SalesSystems) -> None:
        self._systems = systems

    async def remind_approver(self, request: RemindApproverRequest) -> RemindApproverResponse:
        """Remind somebody of a decision that is awaited."""
        await self._systems.do("approver reminded", request.key, request.approver)
        return RemindApproverResponse()

    async def record_quote_decision(self, request: RecordQuoteDecisionRequest) -> RecordQuoteDecisionResponse:
        """Tell the Sales domain how it was decided."""
        status = QuoteApprovalStatus.Name(request.decision.status)
        await self._systems.do("decision recorded", request.key, status)
        return RecordQuoteDecisionResponse()


@asynccontextmanager
async def create_activities() -> AsyncIterator[QuoteApprovalActivities]:
    """Open what the activities need, for as long as the worker runs."""
    yield QuoteApprovalActivitiesImpl(SalesSystems.from_environment())
