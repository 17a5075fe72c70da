"""An address that is a key, or a result."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, node: dict[str, object]) -> int:
        names = {id(node): "first"}  # want: DET014
        address = id(node)  # want: DET014
        return address if address in names else 0
