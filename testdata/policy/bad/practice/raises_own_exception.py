"""A class of one's own is no failure of Temporal's."""

# replay: stuck
# sandbox: passes
# start: ["o-1"]

from temporalio import workflow


class OutOfStock(Exception):
    pass


def reserve(order: str) -> None:
    raise OutOfStock(order)  # want: PRA008


@workflow.defn
class Reserves:
    @workflow.run
    async def run(self, order: str) -> None:
        reserve(order)
