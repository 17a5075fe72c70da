"""Waiting to be the replica that takes the messages."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from nats.aio.msg import Msg
from nats.errors import Error

from process_runtime.ingress.adapters.nats.options import ConsumerName
from process_runtime.ingress.adapters.nats.pulls import PIN_HEADER, Status, ask
from process_runtime.nats_connection import JetStreamError, NatsAway, NatsConnection

__all__ = ["pinned"]

_REQUEST_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 1.0


async def pinned(connection: NatsConnection, name: ConsumerName, stopping: asyncio.Event) -> str | None:
    """Wait to be pinned.

    Returns:
        The pin; None if the ingress stops before there is one.

    Raises:
        NatsAway: The consumer cannot be used now.
    """
    answers: asyncio.Queue[Msg] = asyncio.Queue()
    inbox = connection.client.new_inbox()
    subscription = await connection.client.subscribe(inbox, cb=answers.put)
    try:
        asked_until = 0.0
        while not stopping.is_set():
            if time.monotonic() >= asked_until:
                asked_until = time.monotonic() + _REQUEST_SECONDS
                await ask(connection, name, inbox, count=1, seconds=_REQUEST_SECONDS)
            answer = await _next(answers, stopping)
            if answer is None:
                await _free_what_nobody_has(connection, name)
            elif answer.reply:
                # It comes once more, in its turn, when the consumer has been reset.
                return (answer.headers or {})[PIN_HEADER]
            else:
                Status(answer).require_usable(name)
                asked_until = 0.0
        return None
    finally:
        with contextlib.suppress(Error):
            await subscription.unsubscribe()


async def _next(answers: asyncio.Queue[Msg], stopping: asyncio.Event) -> Msg | None:
    """The next answer; None after a while, or when the ingress stops."""
    answer = asyncio.create_task(answers.get())
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([answer, stop], timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        stop.cancel()


async def _free_what_nobody_has(connection: NatsConnection, name: ConsumerName) -> None:
    """Reset a consumer that has lost its pinned client, unless messages wait that pin another one anyway.

    What the lost one did not acknowledge can then be delivered at once, and who is handed it is pinned.
    """
    try:
        info = await connection.jetstream.request(f"CONSUMER.INFO.{name.path}")
        is_pinned = any(group.get("pinned_client_id") for group in info.get("priority_groups") or [])
        if info["num_ack_pending"] and not info["num_pending"] and not is_pinned:
            await connection.jetstream.request(f"CONSUMER.RESET.{name.path}")
    except JetStreamError as error:
        raise NatsAway(f"consumer {name.path}: {error}") from None
