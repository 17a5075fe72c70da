"""Waiting, but not longer than until the ingress stops."""

from __future__ import annotations

import asyncio
import contextlib

__all__ = ["pause"]


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Wait for `seconds`, or until `stopping` is set."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
