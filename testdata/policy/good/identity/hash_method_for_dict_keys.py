"""Values are keys of a dict, which keeps the order of insertion."""

# replay: holds
# sandbox: passes

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


class Key:
    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.name == self.name

    def __hash__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Pair:
    a: str
    b: str


@workflow.defn
class KeysOfDict:
    @workflow.run
    async def run(self) -> None:
        table = {Key("b"): 1, Key("a"): 2}
        pairs = {Pair("x", "y"): 3}
        for key in table:
            await workflow.execute_activity(
                f"use_{key.name}_{pairs[Pair('x', 'y')]}", start_to_close_timeout=timedelta(seconds=10)
            )
