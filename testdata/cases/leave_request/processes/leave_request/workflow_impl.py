"""Thirty days a year, each request decided by a manager."""

from leave.v1.leave_request_process_pb2 import (
    DaysLeft,
    DaysLeftReply,
    DecideLeave,
    DecideLeaveReply,
    LeaveRequestResultV1,
    LeaveRequestStartV1,
    PublicHolidayAnnounced,
    RequestLeave,
    RequestLeaveReply,
)
from leave_request.workflow import LeaveRequestProcess
from process_runtime.workflow import EventMeta
from temporalio.exceptions import ApplicationError

DAYS_A_YEAR = 30


class LeaveRequest(LeaveRequestProcess):
    """One employee's year."""

    async def run(self, start: LeaveRequestStartV1) -> LeaveRequestResultV1:
        """Go on until all days are taken."""
        await self.until(lambda: self.state.taken >= DAYS_A_YEAR)
        return LeaveRequestResultV1(taken=self.state.taken)

    async def on_request_leave(self, command: RequestLeave, meta: EventMeta) -> RequestLeaveReply:
        """Note the request."""
        self.state.requested += command.days
        return RequestLeaveReply(days_left=DAYS_A_YEAR - self.state.taken - self.state.requested)

    def validate_request_leave(self, command: RequestLeave, meta: EventMeta) -> None:
        """Refuse more days than there are."""
        if command.days > DAYS_A_YEAR - self.state.taken - self.state.requested:
            raise ApplicationError("not that many days are left", type="TooManyDays", non_retryable=True)

    async def on_decide_leave(self, command: DecideLeave, meta: EventMeta) -> DecideLeaveReply:
        """Take or forget what was requested."""
        if command.approved:
            self.state.taken += self.state.requested
        self.state.requested = 0
        return DecideLeaveReply(status="approved" if command.approved else "refused")

    async def on_public_holiday_announced(self, fact: PublicHolidayAnnounced, meta: EventMeta) -> None:
        """Give a day back."""
        self.state.taken = max(0, self.state.taken - 1)

    def query_days_left(self, query: DaysLeft) -> DaysLeftReply:
        """Count."""
        return DaysLeftReply(days=DAYS_A_YEAR - self.state.taken - self.state.requested)
