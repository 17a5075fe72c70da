"""A rate is fetched by requests."""

# replay: breaks
# sandbox: stops
# start: ["${url}"]

from datetime import timedelta

import requests
from temporalio import workflow


def current_rate(url: str) -> str:
    return requests.get(url, timeout=30).text  # want: DET007


@workflow.defn
class Convert:
    @workflow.run
    async def run(self, url: str) -> None:
        await workflow.execute_activity(
            "convert", activity_id=current_rate(url), start_to_close_timeout=timedelta(seconds=10)
        )
