"""Text of objects that have their own."""

# replay: not-run because it is about how lines are judged, and starts nothing

import enum
from dataclasses import dataclass

from pydantic import BaseModel
from temporalio import workflow


class Named:
    def __str__(self) -> str:
        return "named"


class Shown(Named):
    pass


@dataclass
class Line:
    amount: int


class Model(BaseModel):
    amount: int


class Kind(enum.Enum):
    A = 1


class Bad(Exception): ...


class Plain: ...


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, order: "Plain | None") -> object:
        workflow.logger.info(f"have {Plain()}")
        texts = f"{Named()} {Shown()} {Line(1)} {Model(amount=1)}"
        return texts, f"{Kind.A} {Bad()} {Plain}", str(3), "%d" % 3
