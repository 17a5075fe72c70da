"""Duplicates are removed by a set, and its order is used."""

# replay: breaks
# sandbox: passes
# start: [["anna", "bert", "cleo", "dora", "emil", "fritz", "anna"]]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Invite:
    @workflow.run
    async def run(self, guests: list[str]) -> None:
        unique = set(guests)
        for guest in unique:  # want: DET011
            await workflow.execute_activity(
                "invite", guest, activity_id=guest, start_to_close_timeout=timedelta(seconds=10)
            )
