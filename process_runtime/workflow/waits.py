"""Where ``run()`` waits: the only places at which a run may hand over to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow

from process_runtime.workflow.carried import CarriedWait


class Waits:
    """Waits of one execution, on a condition, a time or both."""

    def __init__(self) -> None:
        self._carried: CarriedWait | None = None
        self._body: asyncio.Task[Any] | None = None
        self._condition: Callable[[], bool] | None = None
        self._current: CarriedWait | None = None

    def resume(self, carried: CarriedWait | None) -> None:
        """Take over the wait that the last run was parked in."""
        self._carried = carried

    def watch(self, body: asyncio.Task[Any]) -> None:
        """Name the task that executes ``run()``."""
        self._body = body

    @property
    def parked(self) -> bool:
        """Whether ``run()`` itself waits, and has no reason to go on."""
        return self._condition is not None and not self._condition()

    @property
    def current(self) -> CarriedWait | None:
        """The wait with a timeout in which ``run()`` is parked."""
        return self._current

    async def until(self, condition: Callable[[], bool], longest: timedelta | None) -> bool:
        """Wait for `condition`; False when `longest` passed first."""
        if condition():
            return True
        remaining = longest
        wait = None
        if longest is not None:
            wait = self._begin(longest)
            remaining = timedelta(seconds=max(0.0, wait.deadline - workflow.now().timestamp()))
        parks = asyncio.current_task() is self._body
        if parks:
            self._condition, self._current = condition, wait
        try:
            await workflow.wait_condition(condition, timeout=remaining)
        except TimeoutError:
            # Whoever made the condition true in the same workflow task as the timer wins.
            return condition()
        finally:
            if parks:
                self._condition = self._current = None
        return True

    def _begin(self, timeout: timedelta) -> CarriedWait:
        """A new wait, or the one the last run was parked in: it keeps its deadline."""
        seconds = timeout.total_seconds()
        if (
            self._carried is not None
            and self._carried.timeout == seconds
            and asyncio.current_task() is self._body
        ):
            carried, self._carried = self._carried, None
            return carried
        return CarriedWait(timeout=seconds, deadline=workflow.now().timestamp() + seconds)
