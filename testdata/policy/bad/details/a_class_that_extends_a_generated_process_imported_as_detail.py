"""A class that extends a generated process, imported as a module, through a base of its own."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from order_fulfillment import workflow as generated
from temporalio import workflow


class Base(generated.OrderFulfillmentProcess):
    pass


class OrderFulfillment(Base):
    async def run(self, start: object) -> None:
        time.sleep(1)  # want: DET002
