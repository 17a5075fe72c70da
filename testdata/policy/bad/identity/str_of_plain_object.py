"""`str` of an object that has none of its own."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Token:
    pass


@workflow.defn
class TokenName:
    @workflow.run
    async def run(self) -> None:
        name = str(Token())  # want: DET018
        await workflow.execute_activity("use", activity_id=name, start_to_close_timeout=timedelta(seconds=10))
