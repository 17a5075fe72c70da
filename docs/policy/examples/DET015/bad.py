import importlib

from temporalio import workflow


@workflow.defn
class Plugin:
    @workflow.run
    async def run(self, name: str) -> str:
        module = importlib.import_module(f"steps.{name}")  # DET015
        return str(module)
