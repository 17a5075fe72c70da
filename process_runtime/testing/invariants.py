"""What generated tests check of a running process, on a Temporal server: each event is applied once."""

# ruff: noqa: S101 - assertions are what these functions are for

from __future__ import annotations

from typing import Any

import pytest
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import Delivery
from process_runtime.ingress import Router
from process_runtime.testing.suggesting import SuggestsContinueAsNew
from process_runtime.testing.trial import Outcome, trial
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import ProcessStatus

__all__ = ["assert_applied_once_over_continue_as_new", "assert_same_event_twice_applied_once"]


async def assert_same_event_twice_applied_once(
    temporal_env: WorkflowEnvironment,
    registration: ProcessRegistration,
    router: Router[Any],
    case: str,
) -> None:
    """Assert that an event delivered twice leaves what it leaves when delivered once.

    Runs people's implementation on the server, with stand-ins for the activities, and compares state, phase,
    result, replies, activity calls and facts, apart from what an execution took from its own clock and IDs.
    An implementation that fails the process fails this test.

    Args:
        temporal_env: A server, as of :mod:`process_runtime.testing.fixtures`.
        registration: The generated registration.
        router: The generated router.
        case: Which case of the payload oneof to send.
    """
    once, _ = await _delivered(temporal_env, registration, router, case, times=1)
    twice, status = await _delivered(temporal_env, registration, router, case, times=2)
    assert twice == once, f"{case} delivered twice is not {case} delivered once: {once} became {twice}"
    if router.routes[case].delivery is Delivery.START or once.refused:
        return
    assert once.applied == 1, f"no handler has seen {case}"
    came_late = once.closed and router.routes[case].delivery.is_update
    assert came_late or status.duplicates == 1, f"the second {case} was not recognised"


async def assert_applied_once_over_continue_as_new(
    temporal_env: WorkflowEnvironment,
    registration: ProcessRegistration,
    router: Router[Any],
    case: str,
) -> None:
    """Assert that an event which was applied is recognised by the run that comes after.

    The first run is told, as Temporal tells one whose history is long, to continue as new once the event has
    come. Then the event comes again, and must leave all as it was. A process that ends with the event, or
    refuses it, passes.

    Args:
        temporal_env: A server, as of :mod:`process_runtime.testing.fixtures`.
        registration: The generated registration, of a process of kind ENTITY.
        router: The generated router.
        case: Which case of the payload oneof to send.
    """
    suggests = SuggestsContinueAsNew()
    async with trial(temporal_env.client, registration, router, case, interceptors=[suggests]) as process:
        if router.routes[case].delivery.is_update:
            await process.deliver()
        before, status = await process.settled()
        if before.closed or before.refused:
            return
        assert status.run_epoch, (
            f"{registration.contract.name} does not continue as new after {case}, and its history would grow "
            "until Temporal ends it: let `run` wait in self.until() or self.sleep(), and let handlers end, "
            "or make it a TRANSACTION if it is over soon"
        )
        await process.deliver()
        after, status = await process.settled()
    assert after == before, f"{case} again, after Continue-As-New, is not nothing: {before} became {after}"
    assert status.duplicates == 1, f"the second {case}, after Continue-As-New, was not recognised"


async def _delivered(
    temporal_env: WorkflowEnvironment,
    registration: ProcessRegistration,
    router: Router[Any],
    case: str,
    *,
    times: int,
) -> tuple[Outcome, ProcessStatus]:
    """Start a process, deliver the event to it `times` times, and see what is left when all is quiet."""
    delivery = router.routes[case].delivery
    async with trial(temporal_env.client, registration, router, case, at_start=times) as process:
        if delivery is Delivery.START:
            for _ in range(times - 1):
                with pytest.raises(WorkflowAlreadyStartedError):
                    await process.start_again()
        elif delivery.is_update:
            for _ in range(times):
                await process.deliver()
        return await process.settled()
