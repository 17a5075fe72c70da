import urllib.request
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    return content


@workflow.defn
class Rates:
    @workflow.run
    async def run(self, url: str) -> bytes:
        return await workflow.execute_activity(fetch, url, start_to_close_timeout=timedelta(seconds=10))
