"""Asking a pull consumer for messages, and what it answers other than messages."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any, Final

from nats.aio.msg import Msg

from process_runtime.ingress.adapters.nats.options import GROUP, ConsumerName
from process_runtime.nats_connection import NatsAway, NatsConnection, seconds_as_nanoseconds

__all__ = ["PIN_HEADER", "Status", "ask", "broken_off", "passed"]

PIN_HEADER: Final = "Nats-Pin-Id"
_CANCEL_SECONDS: Final = 0.05
_PENDING_HEADER: Final = "Nats-Pending-Messages"


class Status:
    """An answer without a message."""

    def __init__(self, message: Msg) -> None:
        headers = message.headers or {}
        self._code = headers.get("Status", "")
        self._description = headers.get("Description", "")
        pending = headers.get(_PENDING_HEADER, "")
        self.unanswered = int(pending) if pending.isdecimal() else None
        """How many messages of the request will not come; None if it does not say."""

    @property
    def unpinned(self) -> bool:
        """Whether the pin that the request held is no longer valid."""
        return self._code == "423"

    def require_usable(self, name: ConsumerName) -> None:
        """Take note that a request is over.

        Raises:
            NatsAway: The consumer cannot be asked any longer.
        """
        if self._code in {"400", "503"} or "Deleted" in self._description or "push" in self._description:
            raise NatsAway(
                f"consumer {name.path} cannot be asked: {self._description or 'it does not answer'}"
            )


async def ask(
    connection: NatsConnection,
    name: ConsumerName,
    inbox: str,
    *,
    count: int,
    seconds: float,
    pin: str | None = None,
    **more: Any,
) -> None:
    """Ask for `count` messages, to come to `inbox` within `seconds`."""
    request = {"batch": count, "expires": seconds_as_nanoseconds(seconds), "group": GROUP, **more}
    if pin is not None:
        request["id"] = pin
    subject = f"{connection.jetstream.prefix}.CONSUMER.MSG.NEXT.{name.path}"
    await connection.client.publish(subject, json.dumps(request).encode(), reply=inbox)


async def broken_off(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` and wait until they have ended.

    Again and again: the client library swallows a cancellation that meets it while it writes.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_SECONDS)


async def passed(seconds: float, event: asyncio.Event) -> bool:
    """Wait until `event` is set, but not longer than so many seconds; whether it is."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
