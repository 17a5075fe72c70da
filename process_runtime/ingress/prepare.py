"""The stages before delivery, for one event: decode, validate, route. No I/O, and no exception but one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from process_runtime.ingress.decode import decode, split
from process_runtime.ingress.events import RawMessage, Reason, Rejection, RoutedEvent
from process_runtime.ingress.route import route
from process_runtime.ingress.router import Router
from process_runtime.ingress.trace import fill_trace
from process_runtime.ingress.validate import validate
from process_runtime.telemetry import EventSpan

__all__ = ["events_in", "prepare"]

logger = logging.getLogger(__name__)


def events_in(message: RawMessage) -> list[RawMessage]:
    """Return the single events of a batch as messages of their own; any other message as it is.

    Raises:
        Rejection: The message says it is a batch and is none.
    """
    try:
        return split(message)
    except Rejection:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, it is the message's own)
        raise _undecodable(error) from None


def prepare(
    message: RawMessage, routers: Sequence[Router[Any]], span: EventSpan, *, max_bytes: int
) -> RoutedEvent:
    """Return the event in `message`, ready to be delivered.

    Raises:
        Rejection: It can never succeed. Whatever a decoder or a router raises is taken for that: a message
            that breaks them has to leave the way free for those behind it.
    """
    if len(message.body) > max_bytes:
        detail = f"the event has more than {max_bytes} bytes (MAX_EVENT_BYTES)"
        raise Rejection(Reason.TOO_LARGE, detail)
    try:
        decoded = decode(message, routers)
        fill_trace(decoded)
        span.decoded(decoded)
        return route(decoded, validate(decoded), span)
    except Rejection:
        raise
    except Exception as error:  # noqa: BLE001  (RecursionError and MemoryError among them)
        raise _undecodable(error) from None


def _undecodable(error: Exception) -> Rejection:
    # Not its text, which may quote the message.
    logger.error("a message broke its decoder: %s", type(error).__name__)
    return Rejection(Reason.UNDECODABLE, f"decoding it failed with {type(error).__name__}")
