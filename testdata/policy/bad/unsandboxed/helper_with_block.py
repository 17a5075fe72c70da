"""A helper leaves the sandbox for a file."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow
from temporalio.workflow import unsafe


def read(name: str) -> str:
    with unsafe.sandbox_unrestricted():  # want: DET013
        with open(name) as file:  # want: DET006
            return file.readline().strip()


@workflow.defn
class ReadsOutside:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(read("orders.csv"), start_to_close_timeout=timedelta(seconds=10))
