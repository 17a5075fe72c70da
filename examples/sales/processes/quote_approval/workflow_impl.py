"""The approval of one quote: ask, remind, escalate, and record what was decided."""

from datetime import UTC, datetime, timedelta
from functools import partial

from ameide_core_proto.sales.process.v1.quote_approval_process_pb2 import (
    ApprovalDeadline,
    ApproveQuote,
    EscalationLevel,
    EscalationPolicy,
    GetApprovalDeadline,
    QuoteApprovalEscalated,
    QuoteApprovalRequested,
    QuoteApprovalResultV1,
    QuoteApprovalStartV1,
    QuoteApprovalStatus,
    QuoteApprovalTimedOut,
    QuoteDecision,
    QuoteRevised,
    QuoteSubmittedForApproval,
    QuoteWithdrawn,
    RecordQuoteDecisionRequest,
    RejectQuote,
    RemindApproverRequest,
)
from ameide_core_proto.sales.process.v1.sales_common_pb2 import SalesProcessSubject
from process_runtime.workflow import EventMeta, Rejected, Step, after, before_end
from temporalio import workflow
from temporalio.exceptions import ActivityError

from quote_approval.contract import WORKFLOW_TYPE, workflow_id
from quote_approval.workflow import QuoteApprovalProcess

DEFAULT_POLICY = EscalationPolicy(
    approval_window=timedelta(hours=24),
    warn_before=timedelta(hours=4),
    levels=[EscalationLevel(approver="sales-management")],
    escalation_window=timedelta(hours=24),
)

PENDING = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_PENDING
ESCALATED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_ESCALATED
APPROVED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_APPROVED
REJECTED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_REJECTED
WITHDRAWN = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_WITHDRAWN
EXPIRED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_EXPIRED

# Names of the two waits.
APPROVAL = "approval"
ESCALATION = "escalation"


class QuoteApproval(QuoteApprovalProcess):
    """The approval of one quote.

    `run` asks the state what is left to do, so that it can begin again after Continue-As-New.
    """

    async def run(self, start: QuoteApprovalStartV1) -> QuoteApprovalResultV1:
        """Bring the approval to a decision, by a person or by time."""
        self.state.tenant_id, self.state.quote_id = start.key.tenant_id, start.key.quote_id
        self.phase = "awaiting submission"
        await self.until(lambda: self.submitted or self.decided)

        if not self.state.timed_out:
            self.phase = "awaiting approval"
            if not await self.until(
                lambda: self.decided, name=APPROVAL, deadline=self.due_at, steps=self.warnings()
            ):
                await self.time_out()
        if not self.decided:
            self.phase = "escalated"
            if not await self.until(
                lambda: self.decided,
                name=ESCALATION,
                timeout=self.state.policy.escalation_window.ToTimedelta(),
                steps=self.ladder(),
            ):
                self.decide(EXPIRED)

        self.phase = "recording the decision"
        if self.state.status != WITHDRAWN:  # of which the domain told us
            await self.activities.record_quote_decision(
                RecordQuoteDecisionRequest(key=start.key, decision=self.state.decision)
            )
        self.phase = "decided"
        return QuoteApprovalResultV1(decision=self.state.decision)

    async def on_quote_submitted_for_approval(self, fact: QuoteSubmittedForApproval, meta: EventMeta) -> None:
        """Begin the approver's time and say so."""
        if self.decided or self.state.timed_out:
            return
        self.state.approver = self.state.awaited_from = fact.approver
        self.state.policy.CopyFrom(with_defaults(fact.policy))
        self.state.total.CopyFrom(fact.total)
        await self.ask(
            fact.submitted_at.ToDatetime(UTC) if fact.HasField("submitted_at") else self.now(), meta
        )

    async def on_quote_revised(self, fact: QuoteRevised, meta: EventMeta) -> None:
        """Begin the approver's time anew; what has escalated stays so, but is about another quote now."""
        if self.decided or not self.submitted:
            return
        self.state.total.CopyFrom(fact.total)
        if self.state.timed_out:
            self.state.quote_version = meta.aggregate_version or 0
            return
        await self.ask(fact.revised_at.ToDatetime(UTC) if fact.HasField("revised_at") else self.now(), meta)

    async def on_quote_withdrawn(self, fact: QuoteWithdrawn, meta: EventMeta) -> None:
        """There is nothing left to decide."""
        if not self.decided:
            self.decide(WITHDRAWN, reason=fact.reason)

    async def on_approve_quote(self, command: ApproveQuote, meta: EventMeta) -> QuoteDecision:
        """Approve; `run` records it."""
        return self.decide(APPROVED, by=command.decided_by)

    def validate_approve_quote(self, command: ApproveQuote, meta: EventMeta) -> None:
        """Only a quote that is up for it, as it is now."""
        self.validate_decision(command.decided_by)
        if command.seen_version != self.state.quote_version:
            raise Rejected(
                "QuoteRevised",
                f"the quote is at version {self.state.quote_version}, not {command.seen_version}",
            )

    async def on_reject_quote(self, command: RejectQuote, meta: EventMeta) -> QuoteDecision:
        """Reject; `run` records it."""
        return self.decide(REJECTED, by=command.decided_by, reason=command.reason)

    def validate_reject_quote(self, command: RejectQuote, meta: EventMeta) -> None:
        """Only a quote that is up for it."""
        self.validate_decision(command.decided_by)

    def query_get_approval_deadline(self, query: GetApprovalDeadline) -> ApprovalDeadline:
        """Say whose decision is awaited, and until when."""
        answer = ApprovalDeadline(status=self.state.status)
        if self.submitted and not self.decided:
            answer.awaited_from = self.state.awaited_from
            answer.submitted_at.CopyFrom(self.state.submitted_at)
            answer.due_at.CopyFrom(self.state.due_at)
            answer.expires_at.FromDatetime(self.expires_at)
        return answer

    @property
    def submitted(self) -> bool:
        """Whether an approval was asked for."""
        return self.state.HasField("submitted_at")

    @property
    def decided(self) -> bool:
        """Whether nothing is left to decide."""
        return self.state.HasField("decision")

    @property
    def due_at(self) -> datetime:
        """End of the approver's own time."""
        return self.state.due_at.ToDatetime(UTC)

    @property
    def expires_at(self) -> datetime:
        """When the approval expires if nobody decides."""
        policy = self.state.policy
        if policy.escalation_off:
            return self.due_at
        return self.timer_ends(ESCALATION) or self.due_at + policy.escalation_window.ToTimedelta()

    async def ask(self, since: datetime, meta: EventMeta) -> None:
        """Ask the approver to look at the quote as it is now, who has the whole window from `since` on."""
        self.state.status = PENDING
        self.state.quote_version = meta.aggregate_version or 0
        self.state.submitted_at.FromDatetime(since)
        self.state.due_at.FromDatetime(since + self.state.policy.approval_window.ToTimedelta())
        self.reset_timer(APPROVAL, deadline=self.due_at)
        await self.emit_quote_approval_requested(
            QuoteApprovalRequested(
                subject=self.subject,
                approver=self.state.approver,
                due_at=self.state.due_at,
                quote_version=self.state.quote_version,
            )
        )

    def warnings(self) -> list[Step]:
        """Return what happens while the approver has time."""
        warn_before = self.state.policy.warn_before.ToTimedelta()
        return [before_end(warn_before, self.remind)] if warn_before > timedelta() else []

    async def remind(self) -> None:
        """Remind the approver."""
        try:
            await self.activities.remind_approver(
                RemindApproverRequest(
                    key=self.start.key, approver=self.state.approver, due_at=self.state.due_at
                )
            )
        except ActivityError:
            # The approval goes on without the mail.
            workflow.logger.exception("the approver was not reminded")

    async def time_out(self) -> None:
        """End the approver's own time: escalate, or give up."""
        self.state.timed_out = True
        if self.state.policy.escalation_off:
            self.decide(EXPIRED)
        else:
            self.state.status = ESCALATED
        await self.emit_quote_approval_timed_out(
            QuoteApprovalTimedOut(
                subject=self.subject, approver=self.state.approver, due_at=self.state.due_at
            )
        )

    def ladder(self) -> list[Step]:
        """Return who is asked when, after the approval has timed out."""
        levels = enumerate(self.state.policy.levels, start=1)
        return [
            after(max(level.after.ToTimedelta(), timedelta()), partial(self.escalate, number))
            for number, level in levels
        ]

    async def escalate(self, number: int) -> None:
        """Ask the next one."""
        level = self.state.policy.levels[number - 1]
        self.state.escalation_level, self.state.awaited_from = number, level.approver
        await self.emit_quote_approval_escalated(
            QuoteApprovalEscalated(subject=self.subject, level=number, approver=level.approver)
        )

    def validate_decision(self, decided_by: str) -> None:
        """Refuse what cannot be decided, or not by nobody."""
        if self.decided:
            status = QuoteApprovalStatus.Name(self.state.status).removeprefix("QUOTE_APPROVAL_STATUS_")
            raise Rejected("AlreadyDecided", f"the quote is {status.lower()}")
        if not self.submitted:
            raise Rejected("NotSubmitted", "nobody has asked for an approval")
        if not decided_by:
            raise Rejected("NobodyDecides", "decided_by is empty")

    def decide(self, status: QuoteApprovalStatus, *, by: str = "", reason: str = "") -> QuoteDecision:
        """Settle it; `run` records it."""
        self.state.status, self.state.awaited_from = status, ""
        self.state.decision.CopyFrom(
            QuoteDecision(status=status, decided_by=by, reason=reason, quote_version=self.state.quote_version)
        )
        return self.state.decision

    @property
    def subject(self) -> SalesProcessSubject:
        """What facts say of this process."""
        return SalesProcessSubject(
            tenant_id=self.key.tenant_id,
            quote_id=self.key.quote_id,
            workflow_id=workflow_id(self.key),
            workflow_type=WORKFLOW_TYPE,
        )


def with_defaults(policy: EscalationPolicy) -> EscalationPolicy:
    """Return `policy` with nothing left open."""
    full = EscalationPolicy()
    full.CopyFrom(policy)
    for name in ("approval_window", "warn_before", "escalation_window"):
        if not full.HasField(name):
            getattr(full, name).CopyFrom(getattr(DEFAULT_POLICY, name))
    if not full.levels:
        full.levels.extend(DEFAULT_POLICY.levels)
    return full
