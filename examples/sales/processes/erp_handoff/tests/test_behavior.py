"""How a hand-over goes, and how it is undone, on a real Temporal."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ameide_core_proto.sales.process.v1.erp_handoff_process_pb2 import (
    CancelErpHandoff,
    CreateErpOrderRequest,
    CreateErpOrderResponse,
    ErpHandoffFailure,
    ErpHandoffResultV1,
    ErpHandoffStartV1,
    ErpHandoffStatus,
    ErpOrderConfirmed,
    ErpOrderRejected,
    OpportunityHandoffToErpCompleted,
    OpportunityHandoffToErpFailed,
    OpportunityHandoffToErpRequested,
    QuoteAccepted,
)
from ameide_core_proto.sales.process.v1.sales_common_pb2 import Money, QuoteKey, SalesProcessSubject
from process_runtime.publishers import Fact
from process_runtime.testing import StandIn
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from erp_handoff.contract import ErpHandoffKey
from erp_handoff.testing import ErpHandoffHarness, ErpHandoffRun
from processes.erp_handoff.activities_impl import ErpHandoffActivitiesImpl
from processes.sales_systems import SalesSystems

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMPLETED = ErpHandoffStatus.ERP_HANDOFF_STATUS_COMPLETED
FAILED = ErpHandoffStatus.ERP_HANDOFF_STATUS_FAILED

TOTAL = Money(minor_units=99_00, currency="EUR")

# Which activity is going on in a phase.
STEPS = {
    "finding the opportunity": "fetch_opportunity_id_for_quote",
    "creating the order": "create_erp_order",
    "linking the order": "link_erp_order",
}
# What is left to undo when that step was not taken.
UNDONE_BEFORE = {
    "finding the opportunity": [],
    "creating the order": [],
    "linking the order": ["order created", "order cancelled"],
}
# What happens once the step that was going on was taken all the same.
UNDONE_AFTER = {
    "finding the opportunity": [],
    "creating the order": ["order created", "order cancelled"],
    "linking the order": ["order created", "order linked", "order unlinked", "order cancelled"],
}
EVERYTHING_UNDONE = UNDONE_AFTER["linking the order"]


class Handoff:
    """One accepted quote of a test."""

    def __init__(self, harness: ErpHandoffHarness, systems: SalesSystems) -> None:
        self.harness = harness
        self.systems = systems
        self.key = ErpHandoffKey("acme", f"Q-{uuid.uuid4()}")
        self.run: ErpHandoffRun = harness.run(self.key)

    async def accepted(self, *, version: int = 1, idempotency_key: str | None = None) -> None:
        """Let the customer accept the quote."""
        await self.harness.send(
            self.harness.events.quote_accepted(
                self.key,
                QuoteAccepted(total=TOTAL),
                aggregate_version=version,
                idempotency_key=idempotency_key,
            )
        )

    async def confirmed(self) -> None:
        """Let the ERP system confirm the order."""
        fact = ErpOrderConfirmed(erp_order_id=self.order_id)
        await self.harness.send(self.harness.events.erp_order_confirmed(self.key, fact))

    async def rejected(self) -> None:
        """Let the ERP system reject the order."""
        fact = ErpOrderRejected(erp_order_id=self.order_id, reason="no credit")
        await self.harness.send(self.harness.events.erp_order_rejected(self.key, fact))

    async def called_off(self) -> None:
        """Let somebody call it off."""
        command = CancelErpHandoff(reason="customer left")
        await self.harness.send(self.harness.events.cancel_erp_handoff(self.key, command))

    def step(self, phase: str) -> StandIn[Any, Any]:
        """The activity that is going on in a phase."""
        stand_in: StandIn[Any, Any] = getattr(self.harness.activities, STEPS[phase])
        return stand_in

    async def reach(self, phase: str) -> None:
        """Accept the quote, and bring the hand-over to a phase that does not end by itself."""
        if phase in STEPS:
            self.step(phase).hold()
        await self.accepted()
        await self.run.until(phase=phase)
        if phase in STEPS:
            await self.step(phase).called()

    @property
    def order_id(self) -> str:
        """The order's ID in the ERP system."""
        return f"order-of-{self.key.quote_id}"

    @property
    def opportunity_id(self) -> str:
        """The opportunity that the quote belongs to."""
        return f"opportunity-of-{self.key.quote_id}"

    @property
    def subject(self) -> SalesProcessSubject:
        """What facts say of the process."""
        return SalesProcessSubject(
            tenant_id="acme",
            quote_id=self.key.quote_id,
            workflow_id=self.run.id,
            workflow_type="ameide_core_proto.sales.process.v1.ErpHandoffWorkflow",
        )

    def facts(self) -> list[object]:
        """The process facts so far, in order."""
        published = self.harness.facts.published
        return [fact for event_type, fact in published if event_type.startswith("sales.process.")]

    def failure(self) -> ErpHandoffFailure:
        """What the last fact says of why it failed."""
        fact = self.facts()[-1]
        assert isinstance(fact, OpportunityHandoffToErpFailed)
        return fact.failure

    def effects(self) -> list[str]:
        """What the world outside has seen, in order."""
        return [effect.name for effect in self.systems.effects()]


@pytest.fixture
def systems(tmp_path: Path) -> SalesSystems:
    """The world outside."""
    return SalesSystems(tmp_path / "systems.sqlite3")


@pytest_asyncio.fixture(loop_scope="session")
async def handoff(temporal_env: WorkflowEnvironment, systems: SalesSystems) -> AsyncIterator[Handoff]:
    """A hand-over in real time."""
    async with ErpHandoffHarness(temporal_env, ErpHandoffActivitiesImpl(systems)) as harness:
        yield Handoff(harness, systems)


@pytest_asyncio.fixture(loop_scope="session")
async def slow_handoff(
    time_skipping_env: WorkflowEnvironment, systems: SalesSystems
) -> AsyncIterator[Handoff]:
    """A hand-over that takes days."""
    async with ErpHandoffHarness(time_skipping_env, ErpHandoffActivitiesImpl(systems)) as harness:
        yield Handoff(harness, systems)


async def test_an_accepted_quote_becomes_an_order(handoff: Handoff) -> None:
    await handoff.reach("awaiting confirmation")
    await handoff.confirmed()
    assert await handoff.run.result() == ErpHandoffResultV1(status=COMPLETED, erp_order_id=handoff.order_id)
    assert handoff.run.id == f"sales.erp_handoff.acme.{handoff.key.quote_id}"
    assert handoff.effects() == ["order created", "order linked"]
    assert handoff.facts() == [
        OpportunityHandoffToErpRequested(
            subject=handoff.subject, opportunity_id=handoff.opportunity_id, total=TOTAL
        ),
        OpportunityHandoffToErpCompleted(
            subject=handoff.subject, opportunity_id=handoff.opportunity_id, erp_order_id=handoff.order_id
        ),
    ]


async def test_the_confirmation_may_come_before_the_order_is_linked(handoff: Handoff) -> None:
    await handoff.reach("linking the order")
    await handoff.confirmed()
    handoff.step("linking the order").release()
    assert (await handoff.run.result()).status == COMPLETED


async def test_an_order_that_is_confirmed_cannot_be_called_off(handoff: Handoff) -> None:
    await handoff.reach("linking the order")
    await handoff.confirmed()
    await handoff.called_off()
    handoff.step("linking the order").release()
    assert (await handoff.run.result()).status == COMPLETED


async def test_an_acceptance_delivered_again_creates_one_order(handoff: Handoff) -> None:
    await handoff.accepted(idempotency_key="accepted")
    await handoff.accepted(idempotency_key="accepted")
    await handoff.accepted()  # another event, of the same version
    await handoff.run.until(phase="awaiting confirmation")
    await handoff.confirmed()
    await handoff.run.result()
    status = await handoff.run.status()
    assert (status.duplicates, status.stale) == (1, 1)
    assert handoff.effects() == ["order created", "order linked"]


async def test_an_attempt_that_fails_is_repeated_and_creates_one_order(slow_handoff: Handoff) -> None:
    create = slow_handoff.harness.activities.create_erp_order
    real = ErpHandoffActivitiesImpl(slow_handoff.systems)

    async def created_but_not_answered(request: CreateErpOrderRequest) -> CreateErpOrderResponse:
        await real.create_erp_order(request)
        raise ConnectionError("the answer is lost")

    create.will(ConnectionError("the ERP system is away"), created_but_not_answered, real.create_erp_order)
    await slow_handoff.accepted()
    await slow_handoff.confirmed()
    assert (await slow_handoff.run.result()).status == COMPLETED
    assert len(create.calls) == 3
    assert [(effect.name, effect.attempts) for effect in slow_handoff.systems.effects()] == [
        ("order created", 2),
        ("order linked", 1),
    ]


# --- Undoing ---


@pytest.mark.parametrize("phase", STEPS)
async def test_a_step_that_fails_undoes_those_before_it(handoff: Handoff, phase: str) -> None:
    handoff.step(phase).will(ApplicationError("not today", type="Refused", non_retryable=True))
    await handoff.accepted()
    result = await handoff.run.result()
    assert result.status == FAILED
    assert handoff.effects() == UNDONE_BEFORE[phase]
    assert handoff.failure() == ErpHandoffFailure(phase=phase, reason="Refused: not today") == result.failure
    assert await handoff.run.phase() == "failed"


async def test_an_order_that_the_erp_system_refuses_is_not_tried_again(handoff: Handoff) -> None:
    create = handoff.harness.activities.create_erp_order
    create.will(ApplicationError("unknown customer", type="ErpOrderRefused"))
    await handoff.accepted()
    assert (await handoff.run.result()).failure.reason == "ErpOrderRefused: unknown customer"
    assert len(create.calls) == 1


async def test_an_order_whose_creation_was_not_answered_is_cancelled(handoff: Handoff) -> None:
    real = ErpHandoffActivitiesImpl(handoff.systems)

    async def created_but_not_answered(request: CreateErpOrderRequest) -> CreateErpOrderResponse:
        await real.create_erp_order(request)
        raise ApplicationError("the answer is lost", non_retryable=True)

    handoff.harness.activities.create_erp_order.will(created_but_not_answered)
    await handoff.accepted()
    assert (await handoff.run.result()).status == FAILED
    assert handoff.effects() == ["order created", "order cancelled"]


async def test_an_order_that_the_erp_system_rejects_is_undone_last_step_first(handoff: Handoff) -> None:
    await handoff.reach("awaiting confirmation")
    await handoff.rejected()
    assert (await handoff.run.result()).status == FAILED
    assert handoff.effects() == EVERYTHING_UNDONE
    assert handoff.failure() == ErpHandoffFailure(
        phase="awaiting confirmation", reason="the ERP system rejected the order: no credit"
    )


async def test_an_order_that_nobody_confirms_is_undone_after_three_days(slow_handoff: Handoff) -> None:
    await slow_handoff.accepted()
    await slow_handoff.harness.advance(hours=71)
    assert await slow_handoff.run.phase() == "awaiting confirmation"
    await slow_handoff.harness.advance(hours=2)
    assert (await slow_handoff.run.result()).status == FAILED
    assert slow_handoff.effects() == EVERYTHING_UNDONE


async def test_how_long_the_erp_system_has_can_be_said(slow_handoff: Handoff) -> None:
    fact = QuoteAccepted(total=TOTAL, confirmation_window=timedelta(hours=1))
    await slow_handoff.harness.send(slow_handoff.harness.events.quote_accepted(slow_handoff.key, fact))
    await slow_handoff.harness.advance(minutes=61)
    assert (await slow_handoff.run.result()).status == FAILED


@pytest.mark.parametrize("phase", [*STEPS, "awaiting confirmation"])
async def test_calling_it_off_undoes_what_was_done(handoff: Handoff, phase: str) -> None:
    await handoff.reach(phase)
    await handoff.called_off()
    if phase in STEPS:
        # The step that is going on ends first.
        handoff.step(phase).release()
    assert (await handoff.run.result()).status == FAILED
    assert handoff.effects() == UNDONE_AFTER.get(phase, EVERYTHING_UNDONE)
    assert handoff.failure().reason == "cancelled: customer left"


@pytest.mark.parametrize("phase", [*STEPS, "awaiting confirmation"])
async def test_cancelling_the_process_undoes_what_was_done(handoff: Handoff, phase: str) -> None:
    await handoff.reach(phase)
    await handoff.harness.client.cancel(handoff.key)
    await handoff.run.rest()
    if phase in STEPS:
        # It does not hear of the cancellation, and takes effect all the same.
        handoff.step(phase).release()
    await handoff.run.failure()
    assert (await handoff.run.handle.describe()).status is WorkflowExecutionStatus.CANCELED
    assert handoff.effects() == UNDONE_AFTER.get(phase, EVERYTHING_UNDONE)
    assert handoff.failure() == ErpHandoffFailure(phase=phase, reason="the process was cancelled")


async def test_a_process_cancelled_before_the_acceptance_has_nothing_to_tell(handoff: Handoff) -> None:
    start = ErpHandoffStartV1(start_version=1)
    start.key.CopyFrom(QuoteKey(tenant_id=handoff.key.tenant_id, quote_id=handoff.key.quote_id))
    await handoff.harness.client.start(start)
    await handoff.run.until(phase="awaiting acceptance")
    await handoff.harness.client.cancel(handoff.key)
    await handoff.run.failure()
    assert handoff.effects() == handoff.facts() == []


async def test_a_confirmed_order_stays_though_the_process_is_cancelled(
    handoff: Handoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = handoff.harness.facts.publish
    telling, may_go_on = asyncio.Event(), asyncio.Event()

    async def held(fact: Fact) -> None:
        if isinstance(fact.message, OpportunityHandoffToErpCompleted):
            telling.set()
            await may_go_on.wait()
        await publish(fact)

    monkeypatch.setattr(handoff.harness.facts, "publish", held)
    await handoff.reach("awaiting confirmation")
    await handoff.confirmed()
    await telling.wait()
    await handoff.harness.client.cancel(handoff.key)
    may_go_on.set()
    await handoff.run.failure()
    assert handoff.effects() == ["order created", "order linked"]
    assert isinstance(handoff.facts()[-1], OpportunityHandoffToErpCompleted)


async def test_cancelling_while_it_is_undone_lets_it_be_undone(handoff: Handoff) -> None:
    cancel_order = handoff.harness.activities.cancel_erp_order
    cancel_order.hold()
    await handoff.reach("awaiting confirmation")
    await handoff.rejected()
    await cancel_order.called()
    await handoff.harness.client.cancel(handoff.key)
    await handoff.run.rest()
    cancel_order.release()
    await handoff.run.failure()
    assert handoff.effects() == EVERYTHING_UNDONE
    assert isinstance(handoff.facts()[-1], OpportunityHandoffToErpFailed)


async def test_what_cannot_be_undone_is_named_and_the_rest_is_undone(handoff: Handoff) -> None:
    handoff.harness.activities.unlink_erp_order.will(ApplicationError("locked", non_retryable=True))
    await handoff.reach("awaiting confirmation")
    await handoff.rejected()
    failure = await handoff.run.failure()
    assert isinstance(failure, ApplicationError)
    assert failure.type == "CompensationFailed"
    assert "UnlinkErpOrder" in str(failure.details)
    assert handoff.effects() == ["order created", "order linked", "order cancelled"]
    assert handoff.failure().reason == "the ERP system rejected the order: no credit"
    assert await handoff.run.phase() == "compensation_failed"


async def test_what_an_earlier_run_did_is_undone_by_a_later_one(
    short_history_env: WorkflowEnvironment, systems: SalesSystems
) -> None:
    async with ErpHandoffHarness(short_history_env, ErpHandoffActivitiesImpl(systems)) as harness:
        handoff = Handoff(harness, systems)
        await handoff.reach("awaiting confirmation")
        while (await handoff.run.status()).run_epoch == 0:
            await handoff.accepted()  # of a version that was seen
            await handoff.run.rest()
        await handoff.rejected()
        assert (await handoff.run.result()).status == FAILED
        assert handoff.effects() == EVERYTHING_UNDONE


# --- What one sees ---


async def test_a_handover_is_found_by_its_order(handoff: Handoff) -> None:
    await handoff.reach("awaiting confirmation")
    wanted = (
        f'SalesErpOrderId = "{handoff.order_id}" and SalesHandoffStatus = "ERP_HANDOFF_STATUS_IN_PROGRESS"'
    )

    async def is_found() -> bool:
        return [found.id async for found in handoff.harness.temporal.list_workflows(wanted)] == [
            handoff.run.id
        ]

    await handoff.harness.until(is_found, f"nothing is found by {wanted}")
