"""A session is kept in an attribute."""

# replay: breaks
# sandbox: stops
# start: ["${url}"]

from datetime import timedelta

import requests
from temporalio import workflow


@workflow.defn
class SessionHolder:
    def __init__(self) -> None:
        self.session = requests.Session()  # want: DET007

    @workflow.run
    async def run(self, url: str) -> None:
        answer = self.session.get(url)  # want: DET007
        await workflow.execute_activity(answer.text, start_to_close_timeout=timedelta(seconds=10))
