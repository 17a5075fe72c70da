"""The run method is not async."""

# replay: refused

from temporalio import workflow


@workflow.defn
class SyncRun:  # want: PRA009?
    @workflow.run  # want: PRA009?
    def run(self) -> None:  # want: PRA009?
        return None
