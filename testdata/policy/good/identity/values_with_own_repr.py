"""Reprs of values, dataclasses, enums and classes with their own."""

# replay: holds
# sandbox: passes

import enum
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Money:
    amount: int
    currency: str


class Color(enum.Enum):
    RED = "red"


class Point:
    def __init__(self, x: int) -> None:
        self.x = x

    def __repr__(self) -> str:
        return f"Point({self.x})"


class Failed(Exception):
    pass


@workflow.defn
class Reprs:
    @workflow.run
    async def run(self) -> None:
        text = f"{Money(1, 'eur')} {Color.RED} {Point(1)!r} {Failed('x')} {str(Money(2, 'usd'))} {Point.__name__}"
        await workflow.execute_activity("use", activity_id=text, start_to_close_timeout=timedelta(seconds=10))
