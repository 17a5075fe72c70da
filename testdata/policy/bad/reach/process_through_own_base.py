"""A base of one's own between the generated process and the implementation."""

# replay: not-run because its base class is generated

import asyncio

from order_fulfillment import workflow as generated


class Base(generated.OrderFulfillmentProcess):
    async def both(self, first: object, second: object) -> None:
        await asyncio.wait([first, second])  # want: DET010


class OrderFulfillment(Base):
    async def run(self, start: object) -> None:
        await self.both(
            asyncio.ensure_future(self.activities.ship(start)),
            asyncio.ensure_future(self.activities.bill(start)),
        )
