"""A class that extends a generated process."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from order_fulfillment.workflow import OrderFulfillmentProcess
from temporalio import workflow


class OrderFulfillment(OrderFulfillmentProcess):
    async def run(self, start: object) -> None: ...
    async def on_order_placed(self, fact: object, meta: object) -> None:
        self.state.placed_at = time.time()  # want: DET001
