"""An implementation of a generated process."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from order_fulfillment.workflow import OrderFulfillmentProcess
from temporalio import workflow


class OrderFulfillment(OrderFulfillmentProcess):
    async def run(self, start: object) -> None:
        await self.until(lambda: self.state.paid, timeout=timedelta(hours=24))
        await self.sleep(timedelta(minutes=1))
        self.state.done_at.FromDatetime(self.now())
        await self.activities.ship(start)

    async def on_order_placed(self, fact: object, meta: object) -> None:
        self.state.paid = True
