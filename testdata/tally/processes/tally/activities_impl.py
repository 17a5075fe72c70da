"""Finds nothing wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tallies.v1.tally_process_pb2 import CheckRequest, CheckResponse
from tally.activities import TallyActivities


class TallyActivitiesImpl(TallyActivities):
    """Answers at once."""

    async def check(self, request: CheckRequest) -> CheckResponse:
        """Say yes."""
        return CheckResponse()


@asynccontextmanager
async def create_activities() -> AsyncIterator[TallyActivities]:
    """Open nothing."""
    yield TallyActivitiesImpl()
