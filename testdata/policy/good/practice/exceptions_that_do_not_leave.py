"""Exceptions that are caught, or raised where they harm nothing."""

# replay: holds
# sandbox: passes
# query: price ["x"]

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError


class NotKnown(Exception):
    pass


class Prices:
    def __init__(self) -> None:
        self._prices = {"a": 1}

    def of(self, name: str) -> int:
        try:
            return self._prices[name]
        except KeyError:
            raise NotKnown(name) from None


@workflow.defn
class LooksUp:
    def __init__(self) -> None:
        self._prices = Prices()

    @workflow.query
    def price(self, name: str) -> int:
        if name == "y":
            raise NotKnown(name)
        return len(name)

    @workflow.run
    async def run(self) -> None:
        try:
            price = self._prices.of("b")
        except NotKnown as error:
            workflow.logger.info("not known: %s", error)
            price = 0
        if price < 0:
            raise ApplicationError("price")
        await workflow.execute_activity(f"charge_{price}", start_to_close_timeout=timedelta(seconds=10))
