"""The laws of the pipeline, whatever comes and however calls fail: nothing lost, nothing overtaken.

Temporal is played by a log of what reached each process. A call may fail before it got there, or after, so
that it is made again; a process drops what it has had, as its inbox does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.ingress import courier
from process_runtime.ingress.calls import CallLimits, Calls
from process_runtime.ingress.events import (
    EventResult,
    Outcome,
    Reason,
    Rejection,
    RoutedEvent,
    Transient,
)
from process_runtime.ingress.settle import ContiguousPositions
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer, message


@dataclass(frozen=True)
class Step:
    key: str
    case: str
    poison: bool
    """Whether Temporal refuses every call with it."""
    pause: bool
    """Whether the loop turns after it was taken."""


STEPS = st.builds(
    Step,
    key=st.sampled_from("abc"),
    case=st.sampled_from(["posted", "posted", "posted", "delivered", "scanned", "weigh"]),
    poison=st.integers(0, 9).map(lambda number: number == 0),
    pause=st.booleans(),
)
FATES = st.lists(st.sampled_from(["taken", "taken", "taken", "lost", "answer lost"]), max_size=30)


class LoggingDeliverer(ScriptedDeliverer):
    """Notes what reaches each process; each call has the next of `fates`, and after them succeeds."""

    def __init__(self, fates: Sequence[str], poison: set[str]) -> None:
        super().__init__()
        self.fates = list(fates)
        self.poison = poison
        self.applied: dict[str, list[int]] = defaultdict(list)
        self.under_way: set[str] = set()

    async def deliver_together(self, events: Sequence[RoutedEvent]) -> list[EventResult]:
        (process,) = {found.workflow_id for found in events}
        assert process not in self.under_way
        self.under_way.add(process)
        fate = self.fates.pop() if self.fates else "taken"
        await asyncio.sleep(0)
        self.under_way.remove(process)
        keys = [found.meta.idempotency_key for found in events]
        self.calls.append(keys)
        if fate == "lost":
            raise Transient("lost")
        if self.poison & set(keys):
            raise Rejection(Reason.INVALID, "poison", process="parcel")
        log = self.applied[keys[0].split("-")[0]]
        log += [number for number in (int(key.split("-")[1]) for key in keys) if number not in log]
        if fate == "answer lost":
            raise Transient("answer lost")
        return [
            EventResult(outcome=Outcome.DELIVERED, workflow_id=process, event_type=found.meta.event_type)
            for found in events
        ]


class Run:
    """Takes steps as a stream, and settles them as an adapter does."""

    def __init__(self, steps: Sequence[Step], fates: Sequence[str], together: int, at_once: int) -> None:
        self.steps = steps
        self.poison = {f"{step.key}-{number}" for number, step in enumerate(steps) if step.poison}
        self.deliverer = LoggingDeliverer(fates, self.poison)
        self.letters = MemoryDeadLetters()
        self.rig = Rig(
            self.deliverer,
            self.letters,
            in_flight=7,
            together=together,
            no_process_wait=timedelta(minutes=1),
            calls=Calls(CallLimits(at_once=at_once)),
        )
        self.positions: ContiguousPositions[int] = ContiguousPositions()
        self.reached = -1
        self.outcomes: dict[int, bool] = {}

    async def run(self, stop_after: int | None = None) -> None:
        futures: list[asyncio.Future[bool]] = []
        for number, step in enumerate(self.steps):
            if number == stop_after:
                self.rig.stopping.set()
                break
            ticket = self.positions.take(number)
            future = await self.rig.pipeline.take(message(event(step.case, step.key, number)))
            future.add_done_callback(lambda done, ticket=ticket: self.done(ticket, done))  # type: ignore[misc]
            futures.append(future)
            if step.pause:
                await asyncio.sleep(0)
        await asyncio.gather(*futures)
        await asyncio.sleep(0)

    def done(self, ticket: Any, future: asyncio.Future[bool]) -> None:
        self.outcomes[ticket.position] = future.result()
        if future.result():
            moved = self.positions.settle(ticket)
            self.reached = self.reached if moved is None else moved

    def sent(self, key: str, upto: int) -> list[int]:
        return [
            number
            for number, step in enumerate(self.steps[:upto])
            if step.key == key and f"{key}-{number}" not in self.poison
        ]


async def run_quickly(run: Run, stop_after: int | None = None) -> None:
    """Run without the waiting between attempts."""

    async def pause(_seconds: float, _stopping: asyncio.Event) -> None:
        await asyncio.sleep(0)

    with patch.object(courier, "pause", pause):
        await run.run(stop_after)
        await eventually(lambda: not len(run.rig.pipeline._lanes))


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=40), FATES, st.integers(1, 5), st.integers(1, 3))
def test_every_event_is_applied_once_in_order_or_is_a_dead_letter(
    steps: list[Step], fates: list[str], together: int, at_once: int
) -> None:
    run = Run(steps, fates, together, at_once)
    asyncio.run(run_quickly(run))
    for key in "abc":
        assert run.deliverer.applied[key] == run.sent(key, len(steps))
    assert len(run.letters.letters) == len(run.poison)
    assert run.reached == len(steps) - 1
    assert run.rig.pipeline.has_room
    assert all(len(call) <= together for call in run.deliverer.calls)


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=1, max_size=40), FATES, st.integers(1, 5), st.data())
def test_whenever_it_stops_what_is_settled_was_done_and_nothing_overtook(
    steps: list[Step], fates: list[str], together: int, data: st.DataObject
) -> None:
    stop = data.draw(st.integers(0, len(steps)))
    # Calls fail from now on: what a stop in the middle of an outage looks like.
    run = Run(steps, ["lost"] * data.draw(st.integers(0, 60)) + fates, together, 2)
    asyncio.run(run_quickly(run, stop))
    for key in "abc":
        applied = run.deliverer.applied[key]
        assert applied == run.sent(key, stop)[: len(applied)]
        settled = [number for number in run.sent(key, stop) if run.outcomes.get(number)]
        assert settled == applied[: len(settled)]
    assert all(run.outcomes[number] for number in range(run.reached + 1))
    assert run.rig.pipeline.has_room
