"""There is no run method."""

# replay: refused

from temporalio import workflow


@workflow.defn
class Runless:  # want: PRA009
    @workflow.signal
    def poke(self) -> None:
        self.poked = True
