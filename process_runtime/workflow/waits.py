"""Where ``run()`` waits: the only places at which a run may hand over to the next."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio import workflow

from process_runtime.workflow.carried import CarriedTimer, CarriedWait
from process_runtime.workflow.timers import Action, Step, Timer

# A longer wait takes several: Temporal counts no more than three hundred years.
_LONGEST_TIMER: Final = timedelta(days=3650).total_seconds()


class Waits:
    """Waits of one execution, on a condition, a time or both."""

    def __init__(self) -> None:
        self.begun = 0
        """How often ``run()`` itself began to wait."""
        self.begun_anywhere = 0
        """The same of ``run()``, handlers and what people started beside them."""
        self._active: dict[str, Timer] = {}
        self._carried: dict[str, Timer] = {}
        self._body: asyncio.Task[Any] | None = None
        self._progress: Callable[[], Any] = lambda: None
        self._condition: Callable[[], bool] | None = None
        self._current: Timer | None = None
        self._acting = 0

    def resume(self, wait: CarriedWait | None, timers: Sequence[CarriedTimer]) -> None:
        """Take over the waits of the last run."""
        if wait is not None:
            self._carried[""] = Timer(
                timeout=wait.timeout, began=wait.deadline - wait.timeout, ends=wait.deadline
            )
        self._carried |= {carried.name: Timer.resume(carried) for carried in timers}

    def watch(self, body: asyncio.Task[Any], progress: Callable[[], Any]) -> None:
        """Name the task that executes ``run()``, and what changes whenever the inbox moves on."""
        self._body, self._progress = body, progress

    @property
    def parked(self) -> bool:
        """Whether ``run()`` itself waits, not in the middle of a step, and has no reason to go on."""
        return self._acting == 0 and self._condition is not None and not self._condition()

    @property
    def waits_for_events(self) -> bool:
        """Whether ``run()`` itself waits, and no time will end that."""
        endless = self._current is None or self._current.due == math.inf
        return endless and self._condition is not None and not self._condition()

    async def act(self, action: Action) -> None:
        """Do what belongs to a wait. A new run would not do the rest of it."""
        self._acting += 1
        try:
            await action()
        finally:
            self._acting -= 1

    def carried(self) -> dict[str, Any]:
        """The waits as keyword arguments of :class:`CarriedState`."""
        timers, wait = list(self._active.values()), None
        current = self._current
        if current is not None and not current.name:
            timers.append(current)
            if current.timeout is not None and current.ends is not None:
                # For a worker of a version that knows of no other timers.
                wait = CarriedWait(timeout=current.timeout, deadline=current.ends)
        return {"wait": wait, "timers": [timer.carried() for timer in timers]}

    def reset(self, name: str, timeout: timedelta | None, deadline: datetime | None) -> bool:
        """Begin the time of the wait `name` anew; False when there is none."""
        timer = self._named(name)
        if timer is None:
            return False
        timer.reset(workflow.now().timestamp(), timeout, deadline)
        return True

    def ends(self, name: str) -> datetime | None:
        """When the time of the wait `name` is over; None without such a wait or an end."""
        timer = self._named(name)
        return None if timer is None or timer.ends is None else datetime.fromtimestamp(timer.ends, UTC)

    async def until(
        self,
        condition: Callable[[], bool],
        timeout: timedelta | None = None,  # noqa: ASYNC109 - durable time, not the event loop's
        *,
        deadline: datetime | None = None,
        steps: Sequence[Step] = (),
        name: str = "",
    ) -> bool:
        """Wait for `condition`, doing the steps on the way; False when the time was over first."""
        if name in self._active:
            raise ValueError(f"two waits have the name {name!r} at once; give each its own")
        is_timed = bool(name or steps) or timeout is not None or deadline is not None
        if condition():
            if is_timed and self._carried:
                # Not for a later wait to go on with.
                self._begin(name, timeout, deadline)
            return True
        timer = None
        if is_timed:
            timer = self._begin(name, timeout, deadline)
            timer.add_steps(steps)
        if timer is None or not name:
            return await self._wait(condition, timer)
        self._active[name] = timer
        try:
            return await self._wait(condition, timer)
        finally:
            del self._active[name]

    async def _wait(self, condition: Callable[[], bool], timer: Timer | None) -> bool:
        while not condition():
            due = math.inf if timer is None else timer.due
            if due > workflow.now().timestamp() and not await self._park(condition, timer, due):
                continue
            await self._let_events_go_first()
            if timer is None or timer.due != due or condition():
                continue
            action = timer.take()
            if action is None:
                return False
            await self.act(action)
        return True

    async def _park(self, condition: Callable[[], bool], timer: Timer | None, due: float) -> bool:
        """Wait until there is something to do; whether `due` came first.

        The timer that runs is left as it is when the wait's time begins anew, and the rest is waited for
        when it fires: resetting costs no history.
        """
        wakes = condition
        if timer is not None and timer.name:
            named = timer
            wakes = lambda: condition() or named.due < due  # noqa: E731
        seconds = due - workflow.now().timestamp()
        remaining = None if due == math.inf else timedelta(seconds=min(seconds, _LONGEST_TIMER))
        task = asyncio.current_task()
        parks = task is self._body
        cancellations = 0 if task is None else task.cancelling()
        self.begun_anywhere += 1
        if parks:
            self.begun += 1
            self._condition, self._current = wakes, timer
        try:
            await workflow.wait_condition(
                wakes, timeout=remaining, timeout_summary=(timer.name or None) if timer is not None else None
            )
        except TimeoutError:
            return seconds <= _LONGEST_TIMER
        finally:
            if parks:
                self._condition = self._current = None
        if task is not None and task.cancelling() > cancellations:
            # Python 3.11 forgets a cancellation that comes together with what was waited for.
            raise asyncio.CancelledError
        return False

    async def _let_events_go_first(self) -> None:
        """Let handlers go as far as they can: what came in the same workflow task as the timer beats it."""
        before: Any = object()
        while (now := self._progress()) != before:
            before = now
            # Let through when nothing else in the workflow can run.
            await workflow.wait_condition(lambda: True)

    def _begin(self, name: str, timeout: timedelta | None, deadline: datetime | None) -> Timer:
        """A new timer; or the one of the last run, if this is the wait it is for: it keeps its time."""
        timer = Timer.begin(name, timeout, deadline, workflow.now().timestamp())
        carried = self._carried.get(name)
        if carried is None:
            return timer
        if not name and not (carried.is_for(timer) and asyncio.current_task() is self._body):
            return timer
        del self._carried[name]
        carried.timeout, carried.deadline = timer.timeout, timer.deadline
        return carried

    def _named(self, name: str) -> Timer | None:
        # A handler of a new run may come before run() is back in its wait.
        return self._active.get(name) or (self._carried.get(name) if name else None)
