"""A path that is a parameter."""

# replay: not-run because it is about how lines are judged, and starts nothing

import pathlib

from temporalio import workflow


def load(path: "pathlib.Path | None") -> str:
    return path.read_text()  # want: DET006


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return load(pathlib.Path("x"))
