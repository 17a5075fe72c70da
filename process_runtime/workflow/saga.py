"""Undoing what succeeded when a process fails or is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import MutableSequence

from temporalio import workflow
from temporalio.exceptions import FailureError

from process_runtime.workflow.activity_stub import execute
from process_runtime.workflow.scope import Compensation


async def compensate(owed: MutableSequence[Compensation]) -> None:
    """Run each owed compensation once, last in first out.

    A cancellation does not interrupt it: it is raised when all have run. A compensation that fails for good
    is logged as an error and the others still run: undoing the rest is better than undoing nothing.

    Args:
        owed: The compensations; emptied.

    Raises:
        asyncio.CancelledError: A cancellation came meanwhile.
    """
    cancelled = False
    while owed:
        compensation = owed.pop()
        call: asyncio.Task[object] = asyncio.create_task(
            execute(compensation.activity, compensation.request, None)
        )
        while not call.done():
            try:
                await workflow.wait_condition(call.done)
            except asyncio.CancelledError:
                workflow.logger.info("cancellation waits until the compensations have run")
                cancelled = True
        try:
            call.result()
        except FailureError:
            workflow.logger.exception("compensation %s failed; its effect stays", compensation.activity.name)
    if cancelled:
        raise asyncio.CancelledError
