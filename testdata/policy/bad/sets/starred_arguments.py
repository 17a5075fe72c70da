"""A set is unpacked into arguments."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def path_of(*parts: str) -> str:
    return "/".join(parts)


@workflow.defn
class Arguments:
    @workflow.run
    async def run(self) -> None:
        parts = set("abcdef")
        await workflow.execute_activity(
            "visit",
            activity_id=path_of(*parts),  # want: DET011
            start_to_close_timeout=timedelta(seconds=10),
        )
