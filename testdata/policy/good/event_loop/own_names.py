"""Methods of one's own named like those of asyncio and threading."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Pool:
    def submit(self, name: str) -> str:
        return name

    def run(self, name: str) -> str:
        return self.submit(name)

    async def wait(self, names: list[str]) -> list[str]:
        return names


@workflow.defn
class OwnPool:
    @workflow.run
    async def run(self) -> None:
        pool = Pool()
        for name in await pool.wait([pool.run("a"), pool.submit("b")]):
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=10))
