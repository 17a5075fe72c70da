"""The difference of two dicts' keys is a set."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Reconcile:
    @workflow.run
    async def run(self) -> None:
        old = dict.fromkeys(["a1", "b2", "c3", "d4", "e5", "f6"], 1)
        new: dict[str, int] = {"z9": 1}
        for key in old.keys() - new.keys():  # want: DET011
            await workflow.execute_activity(f"remove_{key}", start_to_close_timeout=timedelta(seconds=10))
