"""A query and a validator that change the workflow."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.asked, self.askers, self.limit = 0, [], {}

    @workflow.run
    async def run(self) -> None: ...
    @workflow.query
    def ask(self, who: str) -> int:
        self.asked += 1  # want: DET020
        self.askers.append(who)  # want: DET020
        return self.asked

    @workflow.update
    async def approve(self, name: str) -> None: ...
    @approve.validator
    def check(self, name: str) -> None:
        self.limit[name] = 1  # want: DET020
