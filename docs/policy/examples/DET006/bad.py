from pathlib import Path

from temporalio import workflow


@workflow.defn
class Letter:
    @workflow.run
    async def run(self, name: str) -> str:
        template = Path("letter.txt").read_text()  # DET006
        return template.format(name=name)
