"""Waiting for what is to happen, rather than for time to pass."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

_T = TypeVar("_T")

PATIENCE_SECONDS: Final = 60.0
"""How long a test waits for what should have happened long ago."""
_POLL_SECONDS: Final = 0.02


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]],
    problem: Callable[[], str | Awaitable[str]] | str = "it did not happen",
    *,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Ask again and again until `condition` says yes.

    Args:
        condition: Plain or a coroutine function.
        problem: What to say if it never does.
        patience: Longest wait, in seconds of the machine's own time.

    Raises:
        AssertionError: It did not within `patience`.
    """
    deadline = time.monotonic() + patience
    while not await _value(condition()):
        if time.monotonic() > deadline:
            text = problem if isinstance(problem, str) else await _value(problem())
            raise AssertionError(f"{text} (after {patience:g} s)")
        await asyncio.sleep(_POLL_SECONDS)


async def _value(found: _T | Awaitable[_T]) -> _T:
    return await found if inspect.isawaitable(found) else found
