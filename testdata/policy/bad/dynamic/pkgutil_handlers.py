"""Handlers are looked up among installed modules."""

# replay: breaks
# sandbox: passes

from datetime import timedelta
from importlib import import_module as load

from temporalio import workflow

HANDLERS = {"id": "uuid"}


@workflow.defn
class Handlers:
    @workflow.run
    async def run(self) -> None:
        module = load(HANDLERS["id"])  # want: DET015
        await workflow.execute_activity(
            "use", activity_id=str(module.uuid4()), start_to_close_timeout=timedelta(seconds=10)
        )
