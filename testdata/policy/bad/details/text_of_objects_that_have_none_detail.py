"""Text of objects that have none."""

# replay: not-run because it is about how lines are judged, and starts nothing

from dataclasses import dataclass

from temporalio import workflow


class Order:
    pass


def helper() -> None: ...


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        order = Order()
        return [
            str(order),  # want: DET018
            repr(Order()),  # want: DET018
            f"{order}",  # want: DET018
            f"{self!r}",  # want: DET018
            "{}".format(order),  # want: DET018
            "%s and %s" % (order, 1),  # want: DET018
            str(helper),  # want: DET018
            str(object()),  # want: DET018
            f"{(lambda: 1)}",  # want: DET018
        ]
