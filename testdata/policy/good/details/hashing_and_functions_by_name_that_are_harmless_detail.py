"""Hashing and functions by name that are harmless."""

# replay: not-run because it is about how lines are judged, and starts nothing

import functools
import operator

from temporalio import workflow


class Key:
    def __init__(self, a: str) -> None:
        self.a = a

    def __hash__(self) -> int:
        return hash(self.a)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.a == other.a


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, name: str) -> object:
        orders = [{"a": 1}]
        options = vars(Key("a"))
        handler = getattr(self, f"on_{name}", None)
        return (
            sorted(orders, key=operator.itemgetter("a")),
            options["a"],
            handler,
            functools.reduce(operator.add, [1]),
            {Key("a"): 1},
            globals,
        )
