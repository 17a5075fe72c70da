"""Patches, of the runtime and of the SDK."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow

from process_runtime.workflow import Patch, Process

FIRST = Patch("first", reason="it was last", since="2026-11")


class Flow(Process):
    async def run(self, start: object) -> None:
        if self.patched(FIRST) and workflow.patched("a text"):
            self.deprecate_patch(FIRST)
