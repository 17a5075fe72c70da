"""What a hand-over does to the world outside, each effect once however often Temporal retries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ameide_core_proto.sales.process.v1.erp_handoff_process_pb2 import (
    CancelErpOrderRequest,
    CancelErpOrderResponse,
    CreateErpOrderRequest,
    CreateErpOrderResponse,
    FetchOpportunityIDForQuoteRequest,
    FetchOpportunityIDForQuoteResponse,
    LinkErpOrderRequest,
    LinkErpOrderResponse,
    UnlinkErpOrderResponse,
)

from erp_handoff.activities import ErpHandoffActivities
from processes.sales_systems import SalesSystems


class ErpHandoffActivitiesImpl(ErpHandoffActivities):
    """The Sales domain and the ERP system."""

    def __init__(self, systems: SalesSystems) -> None:
        self._systems = systems

    async def fetch_opportunity_id_for_quote(
        self, request: FetchOpportunityIDForQuoteRequest
    ) -> FetchOpportunityIDForQuoteResponse:
        """Ask the Sales domain which opportunity a quote belongs to."""
        return FetchOpportunityIDForQuoteResponse(opportunity_id=f"opportunity-of-{request.key.quote_id}")

    async def create_erp_order(self, request: CreateErpOrderRequest) -> CreateErpOrderResponse:
        """Create the order; the quote is its external reference."""
        await self._systems.do("order created", request.key)
        return CreateErpOrderResponse(erp_order_id=f"order-of-{request.key.quote_id}")

    async def cancel_erp_order(self, request: CancelErpOrderRequest) -> CancelErpOrderResponse:
        """Cancel the order of a quote, if there is one."""
        if await self._systems.has_done("order created", request.key):
            await self._systems.do("order cancelled", request.key)
        return CancelErpOrderResponse()

    async def link_erp_order(self, request: LinkErpOrderRequest) -> LinkErpOrderResponse:
        """Note the order with the opportunity."""
        await self._systems.do("order linked", request.key, request.opportunity_id)
        return LinkErpOrderResponse()

    async def unlink_erp_order(self, request: LinkErpOrderRequest) -> UnlinkErpOrderResponse:
        """Take the note back."""
        await self._systems.do("order unlinked", request.key, request.opportunity_id)
        return UnlinkErpOrderResponse()


@asynccontextmanager
async def create_activities() -> AsyncIterator[ErpHandoffActivities]:
    """Open what the activities need, for as long as the worker runs."""
    yield ErpHandoffActivitiesImpl(SalesSystems.from_environment())
