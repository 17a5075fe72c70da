"""A process of the runtime, written by hand."""

# replay: not-run because a process needs its generated contract

import random

from process_runtime.workflow import Process


class Order(Process[object, object, None, None]):
    async def run(self, start: object) -> None:
        for name in {"pick", "pack"}:  # want: DET011
            await self.sleep(random.random())  # want: DET003
