"""Requests.get."""

# replay: not-run because it is about how lines are judged, and starts nothing

import requests
from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return requests.get("https://example.com").text  # want: DET007
