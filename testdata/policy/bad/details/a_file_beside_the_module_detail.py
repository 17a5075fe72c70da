"""A file beside the module."""

# replay: not-run because it is about how lines are judged, and starts nothing

from pathlib import Path

from temporalio import workflow

TEXTS = Path(__file__).parent / "texts"
SHARED = Path(__file__).parent.parent / "shared"


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, name: str) -> str:
        return (TEXTS / name).read_text() + (SHARED / name).read_text()  # want: DET006
