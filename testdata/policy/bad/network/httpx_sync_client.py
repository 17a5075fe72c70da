"""A client of httpx in a with statement."""

# replay: breaks
# sandbox: stops
# start: ["${url}"]

from datetime import timedelta

import httpx
from temporalio import workflow


@workflow.defn
class Webhook:
    @workflow.run
    async def run(self, url: str) -> None:
        with httpx.Client() as client:  # want: DET007
            answer = client.post(url, json={"paid": True})  # want: DET007?
        await workflow.execute_activity(answer.text, start_to_close_timeout=timedelta(seconds=10))
