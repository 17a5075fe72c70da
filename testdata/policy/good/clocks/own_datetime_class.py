"""A class of one's own goes by a familiar name."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class datetime:
    @staticmethod
    def now() -> str:
        return "noon"


@workflow.defn
class OwnDatetime:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(f"at_{datetime.now()}", start_to_close_timeout=timedelta(seconds=10))
