"""Data of a class."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    runs = 0
    orders: list[str] = []

    @classmethod
    def count(cls) -> None:
        cls.runs += 1  # want: DET016

    @workflow.run
    async def run(self, order: str) -> None:
        Flow.runs += 1  # want: DET016
        type(self).runs = 2  # want: DET016
        self.__class__.runs = 2  # want: DET016
        setattr(Flow, "runs", 3)  # want: DET016
        self.orders.append(order)  # want: DET016
        self.count()
