"""Names bound by match."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, event: object) -> object:
        match event:
            case {"at": [time, *_]}:
                return time.time()
        return None
