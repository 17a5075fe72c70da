"""What a run needs of the broker that feeds the ingress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from process_runtime.testing.servers import RunningServer


class Broker(Protocol):
    """A broker with one stream of events, and perhaps one of dead letters."""

    @property
    def server(self) -> RunningServer | None:
        """What to kill; None where nothing runs. Started before anything else is asked for."""

    async def open(self) -> None:
        """Make the streams."""

    def binding(self, replica: int) -> Mapping[str, Any]:
        """Return how an ingress replica reads the events: an entry of ``INGRESS_BINDINGS_FILE``."""

    def dead_letters(self, replica: int) -> Mapping[str, Any]:
        """Return where it keeps dead letters: ``DEAD_LETTER_BINDING_FILE``."""

    async def publish(self, key: str, body: bytes) -> None:
        """Add a message; acknowledged when this returns.

        Raises:
            BrokerAwayError: Nobody knows whether it was added.
        """

    async def held(self) -> Sequence[bytes]:
        """Return all messages, those of one key in the order of the broker."""

    async def waiting(self) -> int:
        """Return how many messages are not settled."""

    async def close(self) -> None:
        """Let go of everything."""


class BrokerAwayError(Exception):
    """The broker did not answer, as may be expected of one that is killed."""
