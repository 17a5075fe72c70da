"""NATS: one JetStream stream whose subjects are divided among several consumers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from nats import connect
from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import StreamConfig, SubjectTransform

from process_runtime.testing.servers import NatsServer
from tests.ledger.brokers.broker import BrokerAwayError

_STREAM: Final = "tally-events"
_LETTERS: Final = "tally-letters"
_PARTITIONS: Final = 4
_SILENCE: Final = 4.0
"""Seconds without a word after which another replica takes over: less than the longest pauses."""
_ANSWER: Final = 5.0
_PATIENCE: Final = 120.0


class Nats:
    """A server, and the client of the producers and of the ledger."""

    def __init__(self, folder: Path) -> None:
        self.server = NatsServer(folder / "nats")
        self._client = Client()

    async def open(self) -> None:
        """Make the streams, and the client."""
        self._client = await connect(
            self.server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_expected
        )
        self._jetstream = self._client.jetstream(timeout=_PATIENCE)
        # The server itself divides keys among partitions.
        division = SubjectTransform(
            src="tally.*", dest=f"tally.{{{{partition({_PARTITIONS},1)}}}}.{{{{wildcard(1)}}}}"
        )
        await self._jetstream.add_stream(
            StreamConfig(name=_STREAM, subjects=["tally.*"], subject_transform=division)
        )

    def binding(self, replica: int) -> Mapping[str, Any]:
        """Return how a replica consumes the stream."""
        return {
            "kind": "nats",
            "servers": self.server.url,
            "stream": _STREAM,
            "durable": "tally-{partition}",
            "subjects": "tally.{partition}.*",
            "partitions": _PARTITIONS,
            "takeover": f"{_SILENCE:g}s",
            "content_type": "application/json",
        }

    def dead_letters(self, replica: int) -> Mapping[str, Any]:
        """Return the stream of dead letters."""
        return {"kind": "nats", "servers": self.server.url, "stream": _LETTERS}

    async def publish(self, key: str, body: bytes) -> None:
        """Publish a message. Sent again after no answer, it may be there twice."""
        try:
            await self._jetstream.publish(f"tally.{key}", body, timeout=_ANSWER)
        except (Error, OSError) as error:
            raise BrokerAwayError(error) from None

    async def held(self) -> Sequence[bytes]:
        """Return the messages of the stream."""
        consumer = await self._jetstream.subscribe("", stream=_STREAM, ordered_consumer=True)
        last = (await self._jetstream.stream_info(_STREAM)).state.last_seq
        held: list[bytes] = []
        while len(held) < last:
            held.append((await consumer.next_msg(_PATIENCE)).data)
        await consumer.unsubscribe()
        return held

    async def waiting(self) -> int:
        """Return how many messages are not acknowledged."""
        try:
            async with asyncio.timeout(_ANSWER):
                consumers = await self._jetstream.consumers_info(_STREAM)
                info = await self._jetstream.stream_info(_STREAM)
        except (Error, OSError, TimeoutError) as error:
            raise BrokerAwayError(error) from None
        if len(consumers) < _PARTITIONS:
            return info.state.messages
        return sum((one.num_pending or 0) + (one.num_ack_pending or 0) for one in consumers)

    async def close(self) -> None:
        """Let go of the client."""
        if self._client.is_connected:
            await self._client.close()


async def _expected(error: Exception) -> None:
    """The server is killed: that connections break is no news."""
