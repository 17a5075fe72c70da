"""A connection of http.client."""

# replay: breaks
# sandbox: stops
# start: ["${host}", "${port}"]

import http.client
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class LowLevelHttp:
    @workflow.run
    async def run(self, host: str, port: int) -> None:
        connection = http.client.HTTPConnection(host, port)  # want: DET007
        connection.request("GET", "/")  # want: DET007?
        answer = connection.getresponse().read().decode()  # want: DET007?
        await workflow.execute_activity(answer, start_to_close_timeout=timedelta(seconds=10))
