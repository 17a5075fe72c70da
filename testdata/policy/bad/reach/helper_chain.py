"""The clock is three helpers away."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


def stamp() -> float:
    return time.time()  # want: DET001


def header(title: str) -> str:
    return f"{title} ({stamp()})"


def build_report(lines: list[str]) -> str:
    return "\n".join([header("Report"), *lines])


@workflow.defn
class Reporting:
    @workflow.run
    async def run(self) -> None:
        report = build_report(["a", "b"])
        await workflow.execute_activity(
            "mail", activity_id=report, start_to_close_timeout=timedelta(seconds=10)
        )
