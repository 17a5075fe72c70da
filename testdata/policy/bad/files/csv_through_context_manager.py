"""A context manager of one's own opens the file."""

# replay: breaks
# sandbox: stops

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio import workflow


@contextmanager
def rows(name: str) -> Iterator[list[list[str]]]:
    file = open(name, newline="")  # want: DET006
    try:
        yield list(csv.reader(file))
    finally:
        file.close()


@workflow.defn
class CsvImport:
    @workflow.run
    async def run(self) -> None:
        with rows("orders.csv") as orders:
            await workflow.execute_activity(
                f"load_{len(orders)}", start_to_close_timeout=timedelta(seconds=10)
            )
