"""A replay that differs says from which event on, what the code did in place of it, and from which line."""

from __future__ import annotations

import asyncio
import inspect
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from process_runtime.testing import eventually
from process_runtime.testing.divergence import Divergence, Watch, replay_watched


@activity.defn(name="book")
async def book() -> None:
    pass


@activity.defn(name="charge")
async def charge() -> None:
    pass


async def ask(name: str) -> None:
    await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=30))


@workflow.defn(name="Trip", sandboxed=False)
class Trip:
    """Does what its course says; another version of the code is another course."""

    course: ClassVar[Callable[[Any], Awaitable[None]]]

    def __init__(self) -> None:
        self.signals = 0

    @workflow.run
    async def run(self) -> None:
        await type(self).course(self)

    @workflow.signal
    def go(self) -> None:
        self.signals += 1


async def recorded(trip: Trip) -> None:
    await ask("book")
    await workflow.wait_condition(lambda: trip.signals >= 1, timeout=timedelta(hours=90))
    await ask("charge")
    await workflow.wait_condition(lambda: trip.signals >= 2)


async def other_activity(trip: Trip) -> None:
    await ask("charge")


async def something_before(trip: Trip) -> None:
    await workflow.sleep(90)
    await recorded(trip)


async def no_timer(trip: Trip) -> None:
    await ask("book")
    await workflow.wait_condition(lambda: trip.signals >= 1)
    await ask("charge")


async def nothing_after(trip: Trip) -> None:
    await ask("book")
    await workflow.wait_condition(lambda: trip.signals >= 1, timeout=timedelta(hours=90))
    await workflow.wait_condition(lambda: trip.signals >= 2)


async def ends_early(trip: Trip) -> None:
    await ask("book")


async def raises(trip: Trip) -> None:
    await ask("book")
    raise ValueError("a bug")


async def one_more_beside(trip: Trip) -> None:
    await ask("book")
    await workflow.wait_condition(lambda: trip.signals >= 1, timeout=timedelta(hours=90))
    await ask("charge")
    beside = asyncio.create_task(ask("book"))
    await workflow.wait_condition(lambda: trip.signals >= 2)
    await beside


async def goes_on(trip: Trip) -> None:
    await recorded(trip)
    await workflow.wait_condition(lambda: trip.signals >= 3)


async def begins_anew(trip: Trip) -> None:
    await recorded(trip)
    workflow.continue_as_new()


async def patched(trip: Trip) -> None:
    if workflow.patched("another-way"):
        await ask("charge")
    await recorded(trip)


ENDS = "ends the workflow with its result"
WAITS = "asks for nothing more, and waits"
BOOKS, CHARGES = "asks for the activity book", "asks for the activity charge"
LONG = "starts a timer of 3 d 18 h"
# What the history has from which event on, what the code does, and the line that is nearest.
DIFFERENT = {
    other_activity: ("ActivityTaskScheduled", BOOKS, CHARGES, 'ask("charge")'),
    something_before: ("ActivityTaskScheduled", BOOKS, "starts a timer of 1 min 30 s", "workflow.sleep(90)"),
    no_timer: ("TimerStarted", LONG, WAITS, "trip.signals >= 1)"),
    nothing_after: ("ActivityTaskScheduled", CHARGES, WAITS, "trip.signals >= 2)"),
    ends_early: ("TimerStarted", LONG, ENDS, 'ask("book")'),
    raises: ("TimerStarted", LONG, "fails with ValueError: a bug", 'raise ValueError("a bug")'),
    # The SDK notices it at the end of the workflow alone.
    one_more_beside: ("WorkflowTaskCompleted", "asks for nothing more", BOOKS, "execute_activity(name"),
    goes_on: ("WorkflowExecutionCompleted", ENDS, WAITS, "trip.signals >= 3)"),
    begins_anew: ("WorkflowExecutionCompleted", ENDS, "continues as new", 'ask("charge")'),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def history(temporal_env: WorkflowEnvironment) -> WorkflowHistory:
    """Of a trip that took the recorded course."""
    client, queue = temporal_env.client, str(uuid.uuid4())
    Trip.course = recorded
    async with Worker(client, task_queue=queue, workflows=[Trip], activities=[book, charge]):
        trip = await client.start_workflow("Trip", id=queue, task_queue=queue)

        async def waits_after(activities: int) -> bool:
            events = (await trip.fetch_history()).events
            done = [event for event in events if event.HasField("activity_task_completed_event_attributes")]
            last = events[-1]
            is_at_rest = last.HasField("timer_started_event_attributes") or last.HasField(
                "workflow_task_completed_event_attributes"
            )
            return len(done) == activities and is_at_rest

        for number in (1, 2):
            await eventually(lambda number=number: waits_after(number))  # type: ignore[misc]
            await trip.signal("go")
        await trip.result()
    return await trip.fetch_history()


async def replayed(history: WorkflowHistory, course: Callable[[Trip], Awaitable[None]]) -> Divergence | None:
    Trip.course = course
    watch = Watch()
    replayer = Replayer(workflows=[Trip], workflow_runner=UnsandboxedWorkflowRunner(), interceptors=[watch])
    [found] = [each async for each in replay_watched(replayer, watch, [history])]
    return found


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("course", "expected"), DIFFERENT.items(), ids=lambda part: getattr(part, "__name__", "")
)
async def test_the_first_event_and_the_line_are_named(
    history: WorkflowHistory, course: Callable[[Trip], Awaitable[None]], expected: tuple[str, str, str, str]
) -> None:
    found = await replayed(history, course)
    assert found is not None
    event, has, does, line = expected
    assert (found.event_type, found.history, found.code) == (event, has, does)
    assert found.event_id is not None
    assert history.events[found.event_id - 1].event_id == found.event_id
    place = next(place for place in found.stack if line in place.source)
    assert place.path == inspect.getsourcefile(course)
    assert f"{place.path}:{place.line} in {place.function}" in str(found)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("course", [recorded, patched])
async def test_code_that_asks_for_the_same_replays(
    history: WorkflowHistory, course: Callable[[Trip], Awaitable[None]]
) -> None:
    assert await replayed(history, course) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_one_history_is_not_told_what_the_one_before_it_did(history: WorkflowHistory) -> None:
    Trip.course = other_activity
    other = WorkflowHistory("another", history.events)
    watch = Watch()
    replayer = Replayer(workflows=[Trip], workflow_runner=UnsandboxedWorkflowRunner(), interceptors=[watch])
    found = [each async for each in replay_watched(replayer, watch, [history, other])]
    assert found[0] == found[1] is not None
