"""A client that the module holds is used in a helper."""

# replay: not-run because a connection hangs in the event loop of a workflow, and the worker with it

from temporalio import workflow
from temporalio.client import Client

CLIENT: Client | None = None


async def signal_other(workflow_id: str) -> None:
    assert CLIENT is not None  # want: PRA008?
    await CLIENT.get_workflow_handle(workflow_id).signal("go")  # want: DET012


@workflow.defn
class SignalsByClient:
    @workflow.run
    async def run(self, other: str) -> None:
        await signal_other(other)
