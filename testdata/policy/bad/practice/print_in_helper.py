"""A helper prints."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def trace(text: str) -> None:
    print(f"[flow] {text}", flush=True)  # want: PRA001


@workflow.defn
class PrintsInHelper:
    @workflow.run
    async def run(self) -> None:
        trace("begin")
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
