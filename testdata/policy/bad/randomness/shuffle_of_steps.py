"""Steps are shuffled in place."""

# replay: breaks
# sandbox: stops

import random as rnd
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FairOrder:
    @workflow.run
    async def run(self) -> None:
        reviewers = ["ann", "bob", "cid", "dee", "eve", "fay", "gus", "hal"]
        rnd.shuffle(reviewers)  # want: DET003
        for reviewer in reviewers:
            await workflow.execute_activity(f"ask_{reviewer}", start_to_close_timeout=timedelta(seconds=10))
