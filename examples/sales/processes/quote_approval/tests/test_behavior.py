"""How an approval goes, on a real Temporal; days pass on a server that skips them."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from ameide_core_proto.sales.process.v1.quote_approval_process_pb2 import (
    ApprovalDeadline,
    ApproveQuote,
    EscalationLevel,
    EscalationPolicy,
    GetApprovalDeadline,
    QuoteApprovalStartV1,
    QuoteApprovalStatus,
    QuoteDecision,
    QuoteRevised,
    QuoteSubmittedForApproval,
    QuoteWithdrawn,
    RejectQuote,
)
from ameide_core_proto.sales.process.v1.sales_common_pb2 import Money, QuoteKey, SalesProcessSubject
from process_runtime.client import CommandRejected
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from processes.quote_approval.activities_impl import QuoteApprovalActivitiesImpl
from processes.sales_systems import SalesSystems
from quote_approval.contract import QuoteApprovalKey
from quote_approval.testing import QuoteApprovalHarness, QuoteApprovalRun

pytestmark = pytest.mark.asyncio(loop_scope="session")

PENDING = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_PENDING
ESCALATED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_ESCALATED
APPROVED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_APPROVED
REJECTED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_REJECTED
WITHDRAWN = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_WITHDRAWN
EXPIRED = QuoteApprovalStatus.QUOTE_APPROVAL_STATUS_EXPIRED

REQUESTED, TIMED_OUT, LEVEL = "QuoteApprovalRequested", "QuoteApprovalTimedOut", "QuoteApprovalEscalated"


class Quote:
    """One quote of a test, as the Sales domain and its people act on it."""

    def __init__(self, harness: QuoteApprovalHarness, systems: SalesSystems) -> None:
        self.harness = harness
        self.systems = systems
        self.key = QuoteApprovalKey("acme", f"Q-{uuid.uuid4()}")
        self.version = 0

    async def submitted(
        self, policy: EscalationPolicy | None = None, *, at: datetime | None = None
    ) -> QuoteApprovalRun:
        """Submit the quote for Ann's approval."""
        self.version += 1
        fact = QuoteSubmittedForApproval(approver="ann", total=Money(minor_units=99_00, currency="EUR"))
        if policy is not None:
            fact.policy.CopyFrom(policy)
        if at is not None:
            fact.submitted_at.FromDatetime(at)
        return await self.send_submission(fact)

    async def send_submission(
        self, fact: QuoteSubmittedForApproval, *, idempotency_key: str | None = None
    ) -> QuoteApprovalRun:
        """Send that submission, of the quote's version."""
        return await self.harness.send(
            self.harness.events.quote_submitted_for_approval(
                self.key, fact, aggregate_version=self.version, idempotency_key=idempotency_key
            )
        )

    async def revised(self) -> None:
        """Change the quote."""
        self.version += 1
        fact = QuoteRevised(total=Money(minor_units=89_00, currency="EUR"))
        await self.harness.send(
            self.harness.events.quote_revised(self.key, fact, aggregate_version=self.version)
        )

    async def withdrawn(self) -> QuoteApprovalRun:
        """Take the quote back."""
        self.version += 1
        fact = QuoteWithdrawn(reason="lost")
        return await self.harness.send(
            self.harness.events.quote_withdrawn(self.key, fact, aggregate_version=self.version)
        )

    async def approve(
        self, by: str = "ann", *, seen: int | None = None, idempotency_key: str | None = None
    ) -> QuoteDecision:
        """Approve the quote as it was seen, by default as it is."""
        command = ApproveQuote(decided_by=by, seen_version=self.version if seen is None else seen)
        run = await self.harness.send(
            self.harness.events.approve_quote(self.key, command, idempotency_key=idempotency_key)
        )
        reply: QuoteDecision = run.reply
        return reply

    async def reject(self, by: str = "ann") -> QuoteDecision:
        """Reject the quote."""
        command = RejectQuote(decided_by=by, reason="too cheap")
        run = await self.harness.send(self.harness.events.reject_quote(self.key, command))
        reply: QuoteDecision = run.reply
        return reply

    async def deadline(self) -> ApprovalDeadline:
        """Ask until when whose decision is awaited."""
        return await self.harness.client.get_approval_deadline(self.key, GetApprovalDeadline())

    def facts(self) -> list[str]:
        """Names of the process facts so far, in order."""
        return [message.DESCRIPTOR.name for kind, message in self.harness.facts.published if is_own(kind)]

    def effects(self) -> list[str]:
        """What the world outside has seen, in order."""
        return [f"{effect.name}: {effect.detail}" for effect in self.systems.effects()]


def is_own(event_type: str) -> bool:
    """Whether a fact is the contract's own, and not one of progress."""
    return event_type.startswith("sales.process.")


@pytest.fixture
def systems(tmp_path: Path) -> SalesSystems:
    """The world outside."""
    return SalesSystems(tmp_path / "systems.sqlite3")


@pytest_asyncio.fixture(loop_scope="session")
async def quote(temporal_env: WorkflowEnvironment, systems: SalesSystems) -> AsyncIterator[Quote]:
    """A quote in real time."""
    async with QuoteApprovalHarness(temporal_env, QuoteApprovalActivitiesImpl(systems)) as harness:
        yield Quote(harness, systems)


@pytest_asyncio.fixture(loop_scope="session")
async def slow_quote(time_skipping_env: WorkflowEnvironment, systems: SalesSystems) -> AsyncIterator[Quote]:
    """A quote whose approval takes days."""
    async with QuoteApprovalHarness(time_skipping_env, QuoteApprovalActivitiesImpl(systems)) as harness:
        yield Quote(harness, systems)


async def test_a_quote_is_approved_in_time(quote: Quote) -> None:
    run = await quote.submitted()
    assert run.id == f"sales.quote_approval.acme.{quote.key.quote_id}"
    decision = await quote.approve()
    assert decision == QuoteDecision(status=APPROVED, decided_by="ann", quote_version=1)
    assert (await run.result()).decision == decision
    assert quote.facts() == [REQUESTED]
    assert quote.effects() == ["decision recorded: QUOTE_APPROVAL_STATUS_APPROVED"]


async def test_a_quote_is_rejected_with_a_reason(quote: Quote) -> None:
    run = await quote.submitted()
    decision = await quote.reject()
    assert (decision.status, decision.reason) == (REJECTED, "too cheap")
    assert (await run.result()).decision == decision
    assert quote.effects() == ["decision recorded: QUOTE_APPROVAL_STATUS_REJECTED"]


async def test_a_quote_that_is_withdrawn_needs_no_decision(quote: Quote) -> None:
    run = await quote.submitted()
    await quote.withdrawn()
    assert (await run.result()).decision == QuoteDecision(status=WITHDRAWN, reason="lost", quote_version=1)
    assert quote.effects() == []


async def test_a_withdrawal_that_overtakes_the_submission_ends_it_all_the_same(quote: Quote) -> None:
    quote.version = 1
    run = await quote.withdrawn()
    assert (await run.result()).decision.status == WITHDRAWN
    assert quote.facts() == []


async def test_facts_name_the_quote_and_the_process_and_are_partitioned_by_them(quote: Quote) -> None:
    run = await quote.submitted()
    await quote.harness.until(lambda: quote.facts() == [REQUESTED])
    [fact] = [fact for fact in quote.harness.facts.facts if is_own(fact.attributes["type"])]
    assert fact.attributes["type"] == "sales.process.QuoteApprovalRequested.v1"
    assert fact.attributes["partitionkey"] == f"acme/{run.id}"
    subject: SalesProcessSubject = fact.message.subject  # type: ignore[attr-defined]
    assert subject == SalesProcessSubject(
        tenant_id="acme",
        quote_id=quote.key.quote_id,
        workflow_id=run.id,
        workflow_type="ameide_core_proto.sales.process.v1.QuoteApprovalWorkflow",
    )


# --- Time ---


async def test_the_approver_is_reminded_four_hours_before_the_end(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=19, minutes=59)
    assert slow_quote.effects() == []
    await slow_quote.harness.advance(minutes=2)
    assert slow_quote.effects() == ["approver reminded: ann"]
    assert await run.phase() == "awaiting approval"
    await slow_quote.approve()
    assert (await run.result()).decision.status == APPROVED
    assert slow_quote.facts() == [REQUESTED]


async def test_after_a_day_it_escalates_and_management_approves(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=24, minutes=1)
    state = await run.state()
    assert (state.status, state.awaited_from, state.escalation_level) == (ESCALATED, "sales-management", 1)
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT, LEVEL]
    await slow_quote.approve(by="max")
    assert (await run.result()).decision.decided_by == "max"
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT, LEVEL]


async def test_an_escalated_quote_may_be_rejected(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=25)
    await slow_quote.reject(by="max")
    assert (await run.result()).decision.status == REJECTED


async def test_what_nobody_decides_expires_a_day_after_it_escalated(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    assert (await run.result()).decision.status == EXPIRED
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT, LEVEL]
    assert slow_quote.effects() == [
        "approver reminded: ann",
        "decision recorded: QUOTE_APPROVAL_STATUS_EXPIRED",
    ]


async def test_without_escalation_it_expires_with_the_approvers_time(slow_quote: Quote) -> None:
    run = await slow_quote.submitted(EscalationPolicy(escalation_off=True))
    await slow_quote.harness.advance(hours=24, minutes=1)
    assert (await run.result()).decision.status == EXPIRED
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT]


async def test_windows_and_levels_are_those_of_the_policy(slow_quote: Quote) -> None:
    policy = EscalationPolicy(
        approval_window=timedelta(hours=2),
        warn_before=timedelta(minutes=30),
        levels=[
            EscalationLevel(approver="team-lead"),
            EscalationLevel(approver="head-of-sales", after=timedelta(hours=1)),
        ],
        escalation_window=timedelta(hours=3),
    )
    run = await slow_quote.submitted(policy)
    awaited = []
    for _ in range(4):
        awaited.append((await slow_quote.deadline()).awaited_from)
        await slow_quote.harness.advance(hours=1, minutes=1)
    assert awaited == ["ann", "ann", "team-lead", "head-of-sales"]
    assert (await run.result()).decision.status == EXPIRED
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT, LEVEL, LEVEL]


async def test_levels_of_one_moment_are_all_asked(slow_quote: Quote) -> None:
    levels = [EscalationLevel(approver="max"), EscalationLevel(approver="moritz")]
    run = await slow_quote.submitted(EscalationPolicy(levels=levels))
    await slow_quote.harness.advance(hours=25)
    assert (await run.state()).escalation_level == 2
    assert slow_quote.facts() == [REQUESTED, TIMED_OUT, LEVEL, LEVEL]


async def test_a_policy_without_warning_reminds_nobody(slow_quote: Quote) -> None:
    run = await slow_quote.submitted(EscalationPolicy(warn_before=timedelta()))
    await run.result()
    assert slow_quote.effects() == ["decision recorded: QUOTE_APPROVAL_STATUS_EXPIRED"]


async def test_a_revised_quote_gets_the_whole_time_again(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=22)
    await slow_quote.revised()
    await slow_quote.harness.advance(hours=22)
    assert (await run.state()).status == PENDING
    # Reminded of each of the two.
    assert slow_quote.effects() == ["approver reminded: ann"] * 2
    await slow_quote.harness.advance(hours=3)
    assert (await run.state()).status == ESCALATED
    assert slow_quote.facts() == [REQUESTED, REQUESTED, TIMED_OUT, LEVEL]


async def test_time_counts_from_the_submission_however_late_it_arrives(slow_quote: Quote) -> None:
    submitted_at = await slow_quote.harness.now() - timedelta(hours=30)
    run = await slow_quote.submitted(at=submitted_at)
    await run.until(lambda state: state.escalation_level == 1)
    # Management has its time from now on.
    expires_at = (await slow_quote.deadline()).expires_at.ToDatetime(UTC)
    assert expires_at >= submitted_at + timedelta(hours=54)


async def test_anybody_may_ask_until_when_whose_decision_is_awaited(slow_quote: Quote) -> None:
    submitted_at = await slow_quote.harness.now()
    run = await slow_quote.submitted(at=submitted_at)
    await run.until(phase="awaiting approval")
    deadline = await slow_quote.deadline()
    assert (deadline.status, deadline.awaited_from) == (PENDING, "ann")
    assert deadline.due_at.ToDatetime(UTC) == submitted_at + timedelta(hours=24)
    assert deadline.expires_at.ToDatetime(UTC) == submitted_at + timedelta(hours=48)

    await slow_quote.harness.advance(hours=25)
    deadline = await slow_quote.deadline()
    assert (deadline.status, deadline.awaited_from) == (ESCALATED, "sales-management")
    assert deadline.due_at.ToDatetime(UTC) == submitted_at + timedelta(hours=24)

    await slow_quote.approve()
    await run.result()
    assert await slow_quote.deadline() == ApprovalDeadline(status=APPROVED)


# --- The user gate ---


async def test_a_second_decision_is_refused_and_the_first_stands(quote: Quote) -> None:
    run = await quote.submitted()
    quote.harness.activities.record_quote_decision.hold()
    await quote.approve()
    with pytest.raises(CommandRejected) as refused:
        await quote.reject()
    assert (refused.value.type, refused.value.message) == ("AlreadyDecided", "the quote is approved")
    quote.harness.activities.record_quote_decision.release()
    assert (await run.result()).decision.status == APPROVED


async def test_a_decision_after_the_end_finds_no_process(quote: Quote) -> None:
    run = await quote.submitted()
    await quote.approve()
    await run.result()
    with pytest.raises(RPCError) as error:
        await quote.reject()
    assert error.value.status is RPCStatusCode.NOT_FOUND


async def test_a_quote_that_changed_since_it_was_seen_is_not_approved(quote: Quote) -> None:
    run = await quote.submitted()
    await quote.revised()
    with pytest.raises(CommandRejected) as refused:
        await quote.approve(seen=1)
    assert refused.value.type == "QuoteRevised"
    assert (await quote.approve(seen=2)).quote_version == 2
    await run.result()


async def test_nobody_cannot_decide(quote: Quote) -> None:
    await quote.submitted()
    with pytest.raises(CommandRejected) as refused:
        await quote.approve(by="")
    assert refused.value.type == "NobodyDecides"


async def test_what_was_not_submitted_cannot_be_approved(quote: Quote) -> None:
    start = QuoteApprovalStartV1(start_version=1)
    start.key.CopyFrom(QuoteKey(tenant_id=quote.key.tenant_id, quote_id=quote.key.quote_id))
    await quote.harness.client.start(start)
    with pytest.raises(CommandRejected) as refused:
        await quote.approve()
    assert refused.value.type == "NotSubmitted"


async def test_an_approval_sent_again_gets_its_first_answer(quote: Quote) -> None:
    run = await quote.submitted()
    quote.harness.activities.record_quote_decision.hold()
    first = await quote.approve(idempotency_key="click")
    assert await quote.approve(idempotency_key="click") == first
    quote.harness.activities.record_quote_decision.release()
    assert (await run.result()).decision == first
    assert len(quote.harness.activities.record_quote_decision.requests) == 1


# --- At least once, and in any order ---


async def test_a_submission_delivered_again_asks_once(quote: Quote) -> None:
    quote.version = 1
    fact = QuoteSubmittedForApproval(approver="ann")
    run = await quote.send_submission(fact, idempotency_key="submission")
    await quote.send_submission(fact, idempotency_key="submission")
    await quote.approve()
    await run.result()
    assert quote.facts() == [REQUESTED]
    assert (await run.status()).duplicates == 1


async def test_a_fact_of_a_version_seen_before_changes_nothing(quote: Quote) -> None:
    quote.version = 3
    run = await quote.send_submission(QuoteSubmittedForApproval(approver="ann"))
    quote.version = 2
    await quote.send_submission(QuoteSubmittedForApproval(approver="bob"))
    await quote.revised()  # of version 3
    await run.until(phase="awaiting approval")
    await quote.approve(seen=3)
    assert (await run.result()).decision.quote_version == 3
    assert (await run.status()).stale == 2
    assert (await run.state()).approver == "ann"


# --- Trouble ---


async def test_an_approval_goes_on_without_the_mail(slow_quote: Quote) -> None:
    failure = ApplicationError("no such mailbox", type="Bounced", non_retryable=True)
    slow_quote.harness.activities.remind_approver.will(failure)
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=21)
    await slow_quote.approve()
    assert (await run.result()).decision.status == APPROVED


async def test_an_activity_is_tried_five_times_two_to_thirty_seconds_apart(slow_quote: Quote) -> None:
    slow_quote.harness.activities.record_quote_decision.will(RuntimeError("the Sales domain is away"))
    run = await slow_quote.submitted(EscalationPolicy(escalation_off=True))
    await run.until(phase="awaiting approval")
    due_at = (await run.state()).due_at.ToDatetime(UTC)
    assert "the Sales domain is away" in str(await run.failure())
    assert [call.attempt for call in slow_quote.harness.activities.record_quote_decision.calls] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert await slow_quote.harness.now() - due_at >= timedelta(seconds=2 + 4 + 8 + 16)
    [history] = await run.histories()
    scheduled = [event.activity_task_scheduled_event_attributes for event in history.events]
    record = next(each for each in scheduled if each.activity_type.name.endswith("RecordQuoteDecision"))
    assert record.start_to_close_timeout.ToTimedelta() == timedelta(seconds=60)


@pytest.mark.parametrize("phase", ["awaiting submission", "awaiting approval", "recording the decision"])
async def test_an_approval_may_be_cancelled_at_any_time(quote: Quote, phase: str) -> None:
    record = quote.harness.activities.record_quote_decision
    record.hold()
    run = quote.harness.run(quote.key)
    if phase == "awaiting submission":
        start = QuoteApprovalStartV1(start_version=1)
        start.key.CopyFrom(QuoteKey(tenant_id=quote.key.tenant_id, quote_id=quote.key.quote_id))
        await quote.harness.client.start(start)
    else:
        await quote.submitted()
    if phase == "recording the decision":
        await quote.approve()
        await record.called()
    await run.until(phase=phase)
    await quote.harness.client.cancel(quote.key)
    record.release()
    assert await ended(run) is WorkflowExecutionStatus.CANCELED


async def test_an_escalated_approval_may_be_cancelled(slow_quote: Quote) -> None:
    run = await slow_quote.submitted()
    await slow_quote.harness.advance(hours=25)
    await slow_quote.harness.client.cancel(slow_quote.key)
    assert await ended(run) is WorkflowExecutionStatus.CANCELED


async def ended(run: QuoteApprovalRun) -> WorkflowExecutionStatus | None:
    """Wait for an end that is no result, and return which it is."""
    await run.failure()
    return (await run.handle.describe()).status


# --- Continue-As-New ---


async def revised_until_continued(quote: Quote, run: QuoteApprovalRun, epoch: int) -> None:
    """Change the quote again and again, until the process has gone on as a new run so often."""
    while (await run.status()).run_epoch < epoch:
        await quote.revised()
        await run.until(lambda state: state.quote_version == quote.version)


async def test_an_approval_goes_on_in_the_next_run(
    short_history_env: WorkflowEnvironment, systems: SalesSystems
) -> None:
    async with QuoteApprovalHarness(short_history_env, QuoteApprovalActivitiesImpl(systems)) as harness:
        quote = Quote(harness, systems)
        run = await quote.submitted()
        await revised_until_continued(quote, run, 2)
        assert await run.phase() == "awaiting approval"
        decision = await quote.approve()
        assert (await run.result()).decision == decision
        assert decision.quote_version == quote.version
        assert quote.facts() == [REQUESTED] * quote.version


async def test_nobody_is_asked_twice_when_an_escalation_goes_on_in_the_next_run(
    short_history_env: WorkflowEnvironment, systems: SalesSystems
) -> None:
    async with QuoteApprovalHarness(short_history_env, QuoteApprovalActivitiesImpl(systems)) as harness:
        quote = Quote(harness, systems)
        run = await quote.submitted(EscalationPolicy(approval_window=timedelta()))
        await run.until(lambda state: state.escalation_level == 1)
        expires_at = (await quote.deadline()).expires_at
        await revised_until_continued(quote, run, 2)
        assert (await quote.deadline()).expires_at == expires_at
        await quote.approve(by="max")
        await run.result()
        assert quote.facts() == [REQUESTED, TIMED_OUT, LEVEL]


# --- What one sees ---


async def test_what_waits_for_whom_is_found_by_search_attributes(quote: Quote) -> None:
    run = await quote.submitted()
    await run.until(phase="awaiting approval")
    wanted = (
        f'SalesQuoteId = "{quote.key.quote_id}" and SalesTenantId = "acme" and SalesApprover = "ann" '
        'and SalesApprovalStatus = "QUOTE_APPROVAL_STATUS_PENDING"'
    )

    async def is_found() -> bool:
        return [found.id async for found in quote.harness.temporal.list_workflows(wanted)] == [run.id]

    await quote.harness.until(is_found, f"nothing is found by {wanted}")


async def test_each_phase_is_told_on_the_progress_stream(quote: Quote) -> None:
    run = await quote.submitted()
    await quote.approve()
    await run.result()
    phases = [
        fact.message.phase  # type: ignore[attr-defined]
        for fact in quote.harness.facts.facts
        if fact.attributes["type"] == "process.ProcessProgressed.v1"
    ]
    assert phases == [
        "awaiting submission",
        "awaiting approval",
        "recording the decision",
        "decided",
        "decided",  # and with it the end
    ]
