"""A class of one's own is named like a client and starts activities."""

# replay: holds
# sandbox: passes

from datetime import timedelta
from typing import Any

from temporalio import workflow


class Client:
    async def get(self, name: str) -> Any:
        return await workflow.execute_activity("get", name, start_to_close_timeout=timedelta(seconds=10))

    async def connect(self) -> "Client":
        return self


@workflow.defn
class OwnClient:
    @workflow.run
    async def run(self) -> None:
        client = await Client().connect()
        await client.get("order")
