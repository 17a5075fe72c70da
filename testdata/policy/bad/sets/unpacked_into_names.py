"""A set is unpacked into names."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Podium:
    @workflow.run
    async def run(self) -> None:
        first, second, *_ = {"kim", "lee", "max", "noa", "ole", "pia"}  # want: DET011
        await workflow.execute_activity(
            "medal", activity_id=f"{first}-{second}", start_to_close_timeout=timedelta(seconds=10)
        )
