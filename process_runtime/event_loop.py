"""Which event loop a worker or ingress runs on: uvloop where it is installed, as it takes less CPU time."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Literal

__all__ = ["EventLoop", "event_loop_problems", "loop_factory"]

EventLoop = Literal["auto", "asyncio", "uvloop"]


def loop_factory(chosen: EventLoop) -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes the event loop.

    Args:
        chosen: One for which `event_loop_problems` finds nothing wrong.
    """
    if chosen == "uvloop" or (chosen == "auto" and _has_uvloop()):
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
        return factory
    return asyncio.new_event_loop


def event_loop_problems(chosen: EventLoop) -> list[str]:
    """What keeps the chosen event loop from being had, one line each."""
    if chosen == "uvloop" and not _has_uvloop():
        return [
            "EVENT_LOOP: uvloop is not installed; pip install 'protoc-gen-process[uvloop]', or write auto"
        ]
    return []


def _has_uvloop() -> bool:
    return find_spec("uvloop") is not None
