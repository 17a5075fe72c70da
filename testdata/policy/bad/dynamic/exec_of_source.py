"""Source is executed."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Executes:
    @workflow.run
    async def run(self) -> None:
        names: dict[str, object] = {}
        exec("import random\nvalue = random.random()", names)  # want: DET015
        await workflow.execute_activity(
            "use", activity_id=str(names["value"]), start_to_close_timeout=timedelta(seconds=10)
        )
