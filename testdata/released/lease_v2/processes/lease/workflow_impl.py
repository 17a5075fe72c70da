"""Adds up what is paid until the lease ends."""

from lease.workflow import LeaseProcess
from leases.v1.lease_process_pb2 import (
    LeaseEnded,
    LeaseKey,
    LeaseResultV2,
    LeaseStartV1,
    LeaseStartV2,
    RentPaid,
)
from process_runtime.workflow import EventMeta


class Lease(LeaseProcess):
    """One lease."""

    async def run(self, start: LeaseStartV2) -> LeaseResultV2:
        """Tell the sum at the end."""
        self.phase = "running"
        await self.until(lambda: self.state.ended)
        return LeaseResultV2(paid_cents=self.state.paid_cents, currency=start.currency)

    async def on_rent_paid(self, fact: RentPaid, meta: EventMeta) -> None:
        """Paid."""
        self.state.paid_cents += fact.cents

    async def on_lease_ended(self, fact: LeaseEnded, meta: EventMeta) -> None:
        """Ended."""
        self.state.ended = True

    def upgrade_start_v1(self, start: LeaseStartV1) -> LeaseStartV2:
        """Rents were in euros when there was no other currency."""
        return LeaseStartV2(start_version=2, key=LeaseKey(lease_id=start.lease_id), currency="EUR")
