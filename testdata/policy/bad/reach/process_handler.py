"""A handler of a generated process."""

# replay: not-run because its base class is generated

import time

from order_fulfillment.workflow import OrderFulfillmentProcess


class OrderFulfillment(OrderFulfillmentProcess):
    async def run(self, start: object) -> None:
        await self.until(lambda: self.state.paid)

    async def on_order_placed(self, fact: object, meta: object) -> None:
        self.state.placed_at = time.time()  # want: DET001
