"""Notes the number of each event that it sees, and never ends."""

from process_runtime.workflow import EventMeta
from tallies.v1.tally_process_pb2 import Checked, CheckRequest, Counted, TallyStartV1
from tally.workflow import TallyProcess


class Tally(TallyProcess):
    """One tally."""

    # As low as can be: a tally of twenty events, some with an activity, goes on as a new run.
    history_limit = 20

    async def run(self, start: TallyStartV1) -> None:
        """Wait for events, for good."""
        self.phase = "counting"
        await self.until(lambda: False)

    async def on_counted(self, fact: Counted, meta: EventMeta) -> None:
        """Note it."""
        self.state.applied.append(fact.number)

    async def on_checked(self, fact: Checked, meta: EventMeta) -> None:
        """Note it before the wait: an event that overtakes it, or that comes twice, shows."""
        self.state.applied.append(fact.number)
        await self.activities.check(CheckRequest(number=fact.number))
