"""A set is sorted by what tells its members apart."""

# replay: holds
# sandbox: passes

from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter

from temporalio import workflow


@dataclass(frozen=True)
class Parcel:
    number: str
    weight: int


@workflow.defn
class SortsByNumber:
    @workflow.run
    async def run(self) -> None:
        parcels = {Parcel("a", 2), Parcel("b", 1), Parcel("c", 3)}
        for parcel in sorted(parcels, key=lambda parcel: parcel.number):
            await workflow.execute_activity(
                f"send_{parcel.number}", start_to_close_timeout=timedelta(seconds=10)
            )
        lightest = min(parcels, key=attrgetter("weight", "number"))
        await workflow.execute_activity(
            f"first_{lightest.number}", start_to_close_timeout=timedelta(seconds=10)
        )
