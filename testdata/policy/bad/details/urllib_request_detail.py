"""Urllib.request."""

# replay: not-run because it is about how lines are judged, and starts nothing

from urllib.request import urlopen

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> bytes:
        return urlopen("https://example.com").read()  # want: DET007
