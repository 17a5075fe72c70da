"""A user's own now."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


class Clock:
    def now(self) -> int:
        return 1


@workflow.defn
class Flow:
    def now(self) -> int:
        return Clock().now()

    @workflow.run
    async def run(self) -> int:
        return self.now()
