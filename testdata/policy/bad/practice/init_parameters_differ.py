"""`@workflow.init` takes something else than run."""

# replay: refused

from temporalio import workflow


@workflow.defn
class InitDiffers:  # want: PRA009?
    @workflow.init  # want: PRA009?
    def __init__(self, order: str) -> None:  # want: PRA009?
        self.order = order

    @workflow.run
    async def run(self, order: str, amount: int) -> None:
        return None
