"""Adds up what is paid until the lease ends."""

from lease.workflow import LeaseProcess
from leases.v1.lease_process_pb2 import LeaseEnded, LeaseResultV1, LeaseStartV1, RentPaid
from process_runtime.workflow import EventMeta


class Lease(LeaseProcess):
    """One lease."""

    async def run(self, start: LeaseStartV1) -> LeaseResultV1:
        """Tell the sum at the end."""
        self.phase = "running"
        await self.until(lambda: self.state.ended)
        return LeaseResultV1(paid_cents=self.state.paid_cents)

    async def on_rent_paid(self, fact: RentPaid, meta: EventMeta) -> None:
        """Paid."""
        self.state.paid_cents += fact.cents

    async def on_lease_ended(self, fact: LeaseEnded, meta: EventMeta) -> None:
        """Ended."""
        self.state.ended = True
