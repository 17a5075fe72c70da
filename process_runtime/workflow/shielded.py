"""Waiting that a cancellation does not interrupt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


async def wait_shielded(task: asyncio.Task[Any], on_cancel: Callable[[], Any] = lambda: None) -> bool:
    """Wait until `task` is done, whatever becomes of it.

    Args:
        task: Not cancelled with the caller.
        on_cancel: Called for each cancellation that comes meanwhile.

    Returns:
        Whether a cancellation came, which the caller has to raise.
    """
    cancelled = False
    while not task.done():
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake(_: object, woken: asyncio.Future[None] = woken) -> None:
            if not woken.done():
                woken.set_result(None)

        task.add_done_callback(wake)
        try:
            await woken
        except asyncio.CancelledError:
            cancelled = True
            on_cancel()
    if cancelled and not task.cancelled():
        # Looked at, so that asyncio does not report a failure that gives way to the cancellation.
        task.exception()
    return cancelled
