import urllib.request

from temporalio import workflow


@workflow.defn
class Rates:
    @workflow.run
    async def run(self, url: str) -> bytes:
        with urllib.request.urlopen(url) as answer:  # DET007
            content: bytes = answer.read()
        return content
