"""A parameter shadows a module."""

# replay: holds
# sandbox: passes
# start: ["noon"]

import time
from datetime import timedelta

from temporalio import workflow


class Slot:
    def time(self) -> str:
        return "noon"

    def sleep(self, _: int) -> None:
        return None


def book(time: Slot) -> str:
    time.sleep(1)
    return time.time()


def unused() -> float:
    return time.time()


@workflow.defn
class ShadowedParameter:
    @workflow.run
    async def run(self, random: str) -> None:
        await workflow.execute_activity(
            f"book_{book(Slot())}_{random.upper()}", start_to_close_timeout=timedelta(seconds=10)
        )
