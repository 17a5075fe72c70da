from collections.abc import Callable

from temporalio import workflow


def trim(text: str) -> str:
    return text.strip()


STEPS: dict[str, Callable[[str], str]] = {"trim": trim, "upper": str.upper}


@workflow.defn
class Plugin:
    @workflow.run
    async def run(self, name: str) -> str:
        return STEPS[name](" text ")
