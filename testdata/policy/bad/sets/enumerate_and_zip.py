"""Members of a set are numbered."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Numbered:
    @workflow.run
    async def run(self) -> None:
        names = {"kim", "lee", "max", "noa", "ole", "pia"}
        for number, name in enumerate(names):  # want: DET011
            await workflow.execute_activity(
                "seat", activity_id=f"{number}-{name}", start_to_close_timeout=timedelta(seconds=10)
            )
