"""There are two run methods."""

# replay: refused

from temporalio import workflow


@workflow.defn
class TwoRuns:  # want: PRA009?
    @workflow.run
    async def run(self) -> None:
        return None

    @workflow.run  # want: PRA009?
    async def run_again(self) -> None:  # want: PRA009?
        return None
