"""Only the first that fits is taken out of a set."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def first_with(names: set[str], letter: str) -> str | None:
    for name in names:  # want: DET011
        if letter in name:
            return name
    return None


@workflow.defn
class FirstFit:
    @workflow.run
    async def run(self) -> None:
        name = first_with({"anna", "mara", "lara", "sara", "tara", "zara"}, "a")
        await workflow.execute_activity(f"pick_{name}", start_to_close_timeout=timedelta(seconds=10))
