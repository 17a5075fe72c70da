"""The hand-over of an accepted quote to the ERP system: all of it, or nothing."""

import asyncio
from datetime import timedelta

from ameide_core_proto.sales.process.v1.erp_handoff_process_pb2 import (
    CancelErpHandoff,
    CancelErpOrderRequest,
    CreateErpOrderRequest,
    ErpHandoffFailure,
    ErpHandoffResultV1,
    ErpHandoffStartV1,
    ErpHandoffStatus,
    ErpOrderConfirmed,
    ErpOrderRejected,
    FetchOpportunityIDForQuoteRequest,
    LinkErpOrderRequest,
    OpportunityHandoffToErpCompleted,
    OpportunityHandoffToErpFailed,
    OpportunityHandoffToErpRequested,
    QuoteAccepted,
)
from ameide_core_proto.sales.process.v1.sales_common_pb2 import SalesProcessSubject
from process_runtime.workflow import EventMeta
from temporalio.exceptions import ActivityError, ApplicationError

from erp_handoff.contract import WORKFLOW_TYPE, workflow_id
from erp_handoff.workflow import ErpHandoffProcess

CONFIRMATION_WINDOW = timedelta(hours=72)

IN_PROGRESS = ErpHandoffStatus.ERP_HANDOFF_STATUS_IN_PROGRESS
COMPLETED = ErpHandoffStatus.ERP_HANDOFF_STATUS_COMPLETED
FAILED = ErpHandoffStatus.ERP_HANDOFF_STATUS_FAILED


class CalledOff(Exception):
    """The hand-over does not go on; the message says why."""


class ErpHandoff(ErpHandoffProcess):
    """The hand-over of one quote.

    `run` asks the state what is left to do, so that it can begin again after Continue-As-New.
    """

    async def run(self, start: ErpHandoffStartV1) -> ErpHandoffResultV1:
        """Bring the order to its confirmation, or undo everything."""
        self.state.tenant_id, self.state.quote_id = start.key.tenant_id, start.key.quote_id
        try:
            await self.hand_over(start)
        except (ActivityError, CalledOff) as error:
            return await self.fail(reason_of(error))
        except asyncio.CancelledError:
            await self.fail("the process was cancelled")
            raise
        self.state.status = COMPLETED
        # Whoever cancels the process from here on is too late: a confirmed order stays.
        self.saga.clear()
        await self.emit_opportunity_handoff_to_erp_completed(
            OpportunityHandoffToErpCompleted(
                subject=self.subject,
                opportunity_id=self.state.opportunity_id,
                erp_order_id=self.state.erp_order_id,
            )
        )
        self.phase = "completed"
        return ErpHandoffResultV1(status=COMPLETED, erp_order_id=self.state.erp_order_id)

    async def hand_over(self, start: ErpHandoffStartV1) -> None:
        """Take the steps that are left.

        Raises:
            ActivityError: A step failed for good.
            CalledOff: Somebody called it off, or the ERP system did not confirm.
        """
        self.phase = "awaiting acceptance"
        await self.until(lambda: self.state.HasField("accepted"))

        if not self.state.requested:
            self.phase = "finding the opportunity"
            found = await self.activities.fetch_opportunity_id_for_quote(
                FetchOpportunityIDForQuoteRequest(key=start.key)
            )
            self.state.opportunity_id = found.opportunity_id
            await self.emit_opportunity_handoff_to_erp_requested(
                OpportunityHandoffToErpRequested(
                    subject=self.subject,
                    opportunity_id=self.state.opportunity_id,
                    total=self.state.accepted.total,
                )
            )
            self.state.requested = True

        if not self.state.erp_order_id:
            self.raise_if_called_off()
            self.phase = "creating the order"
            # Owed before it is tried: an attempt whose answer is lost has created the order all the same.
            self.saga.add(self.activities.cancel_erp_order, CancelErpOrderRequest(key=start.key))
            created = await self.activities.create_erp_order(
                CreateErpOrderRequest(
                    key=start.key,
                    opportunity_id=self.state.opportunity_id,
                    total=self.state.accepted.total,
                )
            )
            self.state.erp_order_id = created.erp_order_id

        if not self.state.linked:
            self.raise_if_called_off()
            self.phase = "linking the order"
            await self.activities.link_erp_order(
                LinkErpOrderRequest(
                    key=start.key,
                    opportunity_id=self.state.opportunity_id,
                    erp_order_id=self.state.erp_order_id,
                )
            )
            self.state.linked = True

        self.phase = "awaiting confirmation"
        if not await self.until(
            lambda: self.state.confirmed or bool(self.state.called_off),
            name="confirmation",
            timeout=self.confirmation_window,
        ):
            raise CalledOff("the ERP system did not confirm the order in time")
        if not self.state.confirmed:
            self.raise_if_called_off()

    async def on_quote_accepted(self, fact: QuoteAccepted, meta: EventMeta) -> None:
        """Note what was accepted; `run` hands it over."""
        if not self.state.HasField("accepted"):
            self.state.status = IN_PROGRESS
            self.state.accepted.CopyFrom(fact)

    async def on_erp_order_confirmed(self, fact: ErpOrderConfirmed, meta: EventMeta) -> None:
        """From here on it cannot be called off."""
        if not self.state.called_off:
            self.state.confirmed = True

    async def on_erp_order_rejected(self, fact: ErpOrderRejected, meta: EventMeta) -> None:
        """Call it off."""
        self.call_off(f"the ERP system rejected the order: {fact.reason}")

    async def on_cancel_erp_handoff(self, command: CancelErpHandoff, meta: EventMeta) -> None:
        """Call it off."""
        self.call_off(f"cancelled: {command.reason}")

    def call_off(self, reason: str) -> None:
        """Let `run` stop at its next step, unless it is too late."""
        if not self.state.confirmed and not self.state.called_off:
            self.state.called_off = reason

    def raise_if_called_off(self) -> None:
        """Take no further step once it was called off."""
        if self.state.called_off:
            raise CalledOff(self.state.called_off)

    async def fail(self, reason: str) -> ErpHandoffResultV1:
        """Undo what was done, and say why."""
        failure = ErpHandoffFailure(phase=self.phase, reason=reason)
        self.state.status = FAILED
        self.phase = "undoing"
        try:
            await self.compensate()
        finally:
            if self.state.HasField("accepted"):
                await self.emit_opportunity_handoff_to_erp_failed(
                    OpportunityHandoffToErpFailed(subject=self.subject, failure=failure)
                )
        self.phase = "failed"
        return ErpHandoffResultV1(status=FAILED, erp_order_id=self.state.erp_order_id, failure=failure)

    @property
    def confirmation_window(self) -> timedelta:
        """How long the ERP system may take to confirm."""
        accepted = self.state.accepted
        if accepted.HasField("confirmation_window"):
            return accepted.confirmation_window.ToTimedelta()
        return CONFIRMATION_WINDOW

    @property
    def subject(self) -> SalesProcessSubject:
        """What facts say of this process."""
        return SalesProcessSubject(
            tenant_id=self.key.tenant_id,
            quote_id=self.key.quote_id,
            workflow_id=workflow_id(self.key),
            workflow_type=WORKFLOW_TYPE,
        )


def reason_of(error: ActivityError | CalledOff) -> str:
    """Say in one line why a step failed."""
    if isinstance(error, ActivityError) and isinstance(error.cause, ApplicationError):
        return f"{error.cause.type}: {error.cause.message}"
    return str(error)
