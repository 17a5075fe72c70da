"""Data of modules and classes that is only read."""

# replay: not-run because it is about how lines are judged, and starts nothing

import itertools
from collections import defaultdict
from contextvars import ContextVar

from temporalio import workflow

LIMITS = {"a": [1]}
REGISTRY = {}
CURRENT: ContextVar[str] = ContextVar("current")


def register(function):
    REGISTRY[function.__name__] = function
    return function


@register
def rate() -> int:
    return 1


class Money:
    currencies = ["EUR"]

    def __init__(self) -> None:
        self.lines = []

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.total = 1


@workflow.defn
class Flow:
    names: list[str]

    def __init__(self) -> None:
        self.names = []
        self.by_name = defaultdict(list)

    @workflow.run
    async def run(self, LIMITS_: dict) -> object:
        limits = dict(LIMITS)
        limits["a"] = [2]
        local = LIMITS["a"].copy()
        local.append(3)
        self.names.append("a")
        self.by_name["a"].append(1)
        CURRENT.set("a")
        money = Money()
        money.add("a")
        money.total += 1
        numbers = itertools.count()
        return next(numbers), Money.currencies[0], REGISTRY["rate"](), LIMITS_.setdefault("a", 1)
