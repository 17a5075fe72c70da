"""A finaliser counts, whenever the collector comes by."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Lease:
    released: list[str] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self.cycle = self

    def __del__(self) -> None:  # want: DET017
        Lease.released.append(self.name)  # want: DET016?


@workflow.defn
class Leases:
    @workflow.run
    async def run(self) -> None:
        before = len(Lease.released)  # want: DET016?
        Lease("a")
        garbage = [[n] for n in range(300)]
        released = len(Lease.released) - before  # want: DET016?
        await workflow.execute_activity(
            f"released_{released}", len(garbage), start_to_close_timeout=timedelta(seconds=10)
        )
