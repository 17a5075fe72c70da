"""`intersection` gives a set, in a conditional expression."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Common:
    @workflow.run
    async def run(self, strict: bool = True) -> None:
        mine = set("abcdefgh")
        common = mine.intersection("abcdefxyz") if strict else mine
        await workflow.execute_activity(
            "pair",
            activity_id="".join(list(common)),  # want: DET011
            start_to_close_timeout=timedelta(seconds=10),
        )
