"""A base class is abstract, decorators are harmless, and classes only look like processes."""

# replay: holds
# sandbox: passes

import abc
import functools
import multiprocessing
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow


def named(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


class Base(abc.ABC):
    @abc.abstractmethod
    def key(self) -> str: ...


class Press(multiprocessing.Process):
    def run(self) -> None:
        time.sleep(1)


@workflow.defn
class Concrete(Base):
    @named
    def key(self) -> str:
        return "k"

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(self.key(), start_to_close_timeout=timedelta(seconds=10))
