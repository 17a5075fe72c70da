"""What a workflow task brings, before the workflow is told of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_thread = threading.local()


@contextmanager
def activating(*, cancels: bool) -> Iterator[None]:
    """Say, while this thread activates a workflow, whether the activation cancels it."""
    _thread.cancels = cancels
    try:
        yield
    finally:
        _thread.cancels = False


def is_being_cancelled() -> bool:
    """Whether the running activation cancels the workflow, which may not have heard of it yet.

    The SDK lets a workflow act on the signals of a workflow task before it tells it of a cancellation in the
    same task. A run that continued as new upon a signal would take the cancellation with it.
    """
    return getattr(_thread, "cancels", False)
