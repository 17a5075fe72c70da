"""Operators that are not those of sets."""

# replay: holds
# sandbox: passes

import enum
from datetime import timedelta

from temporalio import workflow


class Flag(enum.Flag):
    A = 1
    B = 2


@workflow.defn
class Bits:
    @workflow.run
    async def run(self) -> None:
        both = 6 & 3 | 8
        rest = [n for n in range(both) if n ^ 1]
        flags = [flag.name for flag in Flag]
        merged = {"a": 1} | {"b": 2}
        for name in merged:
            await workflow.execute_activity(
                f"use_{name}", len(rest), len(flags), start_to_close_timeout=timedelta(seconds=10)
            ) if False else None
        await workflow.execute_activity(
            "use", activity_id=f"{rest}{flags}{merged}", start_to_close_timeout=timedelta(seconds=10)
        )
