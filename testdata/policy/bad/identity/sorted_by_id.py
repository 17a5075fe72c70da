"""Objects are sorted by address."""

# replay: not-run because addresses may rise by chance every time

from datetime import timedelta

from temporalio import workflow


class Step:
    def __init__(self, name: str) -> None:
        self.name = name


@workflow.defn
class SortsById:
    @workflow.run
    async def run(self) -> None:
        steps = [Step("b"), Step("a"), Step("c")]
        for step in sorted(steps, key=id):  # want: DET014
            await workflow.execute_activity(step.name, start_to_close_timeout=timedelta(seconds=10))
