"""A page is fetched by the standard library."""

# replay: breaks
# sandbox: stops
# start: ["${url}"]

from datetime import timedelta
from urllib.request import urlopen

from temporalio import workflow


@workflow.defn
class FetchPage:
    @workflow.run
    async def run(self, url: str) -> None:
        with urlopen(url) as response:  # want: DET007
            answer = response.read().decode()  # want: DET007?
        await workflow.execute_activity(answer, start_to_close_timeout=timedelta(seconds=10))
