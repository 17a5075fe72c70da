"""Streams of asyncio: the workflow's event loop has none."""

# replay: stuck
# sandbox: passes
# start: ["${host}", "${port}"]

import asyncio

from temporalio import workflow


@workflow.defn
class StreamReader:
    @workflow.run
    async def run(self, host: str, port: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, port)  # want: DET007
        writer.close()
        return await reader.read()
