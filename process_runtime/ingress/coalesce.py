"""Which of the events that wait for one process go to Temporal in one call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from process_runtime.contract import Delivery
from process_runtime.ingress.waiting import Waiting

__all__ = ["MAX_BYTES", "next_call"]

MAX_BYTES: Final = 512 * 1024
"""Of the events of one call, as they came; encoded anew they may be larger. Temporal takes 2 MiB."""
_TOGETHER: Final = (Delivery.SIGNAL_WITH_START, Delivery.SIGNAL)


def next_call(lane: Iterable[Waiting], *, max_events: int, max_bytes: int = MAX_BYTES) -> list[Waiting]:
    """Return the events at the front of `lane` that go in the next call: the first, and what may go with it.

    Only signals to one process that may all start it, or may all not, go together; what does not ends the
    call, so that nothing overtakes it.
    """
    call: list[Waiting] = []
    size = 0
    for waiting in lane:
        event = waiting.event
        if not call:
            first, together = event, event.route.delivery in _TOGETHER and not waiting.alone
        elif event.route.delivery is not first.route.delivery or event.router is not first.router:
            break
        size += len(event.message.body)
        if call and size > max_bytes:
            break
        call.append(waiting)
        if not together or len(call) >= max_events:
            break
    return call
