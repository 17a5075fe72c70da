"""A loop that sleeps over its cancellation."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        while True:
            try:
                await workflow.execute_activity("poll", start_to_close_timeout=timedelta(seconds=10))
            except BaseException as error:  # want: PRA007
                workflow.logger.warning("again after %s", error)
                await workflow.sleep(60)
