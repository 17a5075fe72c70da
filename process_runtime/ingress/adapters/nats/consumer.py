"""A durable consumer that many replicas serve, one of them at a time, in order.

JetStream hands out what comes next while an earlier message waits to be delivered again, and hands the
messages of one consumer to whoever asks. Either breaks the order of a key. Therefore:

- The consumer has one pinned client (a priority group, NATS 2.11); the other replicas stand by.
- Whoever is pinned first resets the consumer to its acknowledgement floor (NATS 2.14): what the predecessor
  did not acknowledge comes first, in its order, and at once rather than after ``ack_wait``.
- From there on deliveries are numbered without a gap. After a gap, whatever caused it, it is reset again.
- Nothing is refused (nak), since the next message of its key would pass it: what cannot be delivered yet is
  kept, and JetStream is told that work goes on.

So each replica delivers of each key a sequence without gaps that begins at or before the first event that
nobody has delivered; what is delivered twice is recognised by its idempotency key.
https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-42.md
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.nats.ledger import Ledger
from process_runtime.ingress.adapters.nats.options import NatsAdapterOptions, shared_name
from process_runtime.ingress.adapters.nats.stand_by import pinned
from process_runtime.ingress.adapters.nats.turn import Turn
from process_runtime.nats_connection import JetStreamError, NatsAway, NatsConnection

__all__ = ["DurableConsumer"]

logger = logging.getLogger(__name__)

_LEAST_VERSION: Final = (2, 14)
_STREAM_NOT_FOUND: Final = 10059
_CONSUMER_NOT_FOUND: Final = 10014


class DurableConsumer:
    """Takes the messages of one consumer while this replica is the pinned one."""

    def __init__(
        self,
        options: NatsAdapterOptions,
        partition: int,
        context: AdapterContext,
        changed: Callable[[], None],
    ) -> None:
        """Prepare to take messages; `changed` is called when `lag` or `is_up` may have changed."""
        self._options = options
        self._wanted = options.consumer_config(partition)
        self._context = context
        self._changed = changed
        self._ledger = Ledger()
        self._created = ""
        self._pin: str | None = None
        shared = shared_name(context.processes, context.subscription.name)
        self.name = options.consumer_name(shared, partition)
        self.lag = 0
        """Messages that wait for this replica; none while another one takes them."""
        self.is_up = False
        """Whether this replica takes messages or stands by."""

    async def serve(self, connection: NatsConnection) -> None:
        """Take messages, or stand by, until the ingress stops.

        Raises:
            NatsAway: The consumer cannot be used now.
            ServiceError: The subscription cannot go on.
        """
        info = await self._ensure(connection)
        if info["created"] != self._created:
            self._created, self._ledger = info["created"], Ledger()
        while not self._context.stopping.is_set():
            self._report(0)
            # A pin outlives the connection over which it was given, and would keep this replica out.
            self._pin = self._pin or await pinned(connection, self.name, self._context.stopping)
            if self._pin is None:
                return
            logger.info("consumer %s: this replica takes the messages", self.name.path)
            while self._pin is not None:
                turn = Turn(
                    connection,
                    self.name,
                    self._pin,
                    created=self._created,
                    ack_wait=float(info["config"]["ack_wait"]) / 1e9,
                    options=self._options,
                    context=self._context,
                    ledger=self._ledger,
                    show_lag=self._report,
                )
                self._pin = await turn.take()
            logger.info("consumer %s: this replica takes the messages no longer", self.name.path)

    async def drained(self) -> None:
        """Wait until nothing is in flight.

        Raises:
            ServiceError: A message can never be settled.
        """
        await self._ledger.drained()
        if self._ledger.failure is not None:
            raise self._ledger.failure

    def _report(self, lag: int) -> None:
        self.lag, self.is_up = lag, True
        self._changed()

    async def _ensure(self, connection: NatsConnection) -> dict[str, Any]:
        """Find, create or change the consumer, and return what JetStream says of it."""
        version = connection.client.connected_server_version
        if (version.major, version.minor) < _LEAST_VERSION:
            least = ".".join(map(str, _LEAST_VERSION))
            raise NatsAway(f"this NATS server is {version.major}.{version.minor}; {least} or newer is needed")
        try:
            found = await connection.jetstream.request(f"CONSUMER.INFO.{self.name.path}")
        except JetStreamError as error:
            if error.code == _STREAM_NOT_FOUND:
                raise NatsAway(f"there is no stream {self.name.stream}") from None
            if error.code != _CONSUMER_NOT_FOUND:
                raise NatsAway(f"consumer {self.name.path}: {error}") from None
            if not self._options.create:
                raise NatsAway(f"there is no consumer {self.name.path}, and create = false") from None
            beginning = {"durable_name": self.name.durable, **self._options.beginning()}
            return await self._write(connection, "create", beginning | self._wanted)
        config = found["config"]
        if config.get("deliver_subject") or config.get("ack_policy") != "explicit":
            raise NatsAway(f"consumer {self.name.path} is no pull consumer with explicit acknowledgement")
        different = [name for name, value in self._wanted.items() if _setting(config, name) != value]
        if not different:
            return found
        if not self._options.create:
            differences = ", ".join(different)
            raise NatsAway(f"consumer {self.name.path} differs in {differences}, and create = false")
        config.pop("filter_subject", None)
        return await self._write(connection, "update", config | self._wanted)

    async def _write(self, connection: NatsConnection, action: str, config: dict[str, Any]) -> dict[str, Any]:
        request = {"stream_name": self.name.stream, "config": config, "action": action}
        try:
            return await connection.jetstream.request(f"CONSUMER.CREATE.{self.name.path}", request)
        except JetStreamError as error:
            raise NatsAway(f"consumer {self.name.path}: cannot {action} it: {error}") from None


def _setting(config: dict[str, Any], name: str) -> object:
    """A setting as we write it: with one filter, the server may have it by itself."""
    if name == "filter_subjects":
        one = config.get("filter_subject")
        return [one] if one else config.get(name, [])
    return config.get(name)
