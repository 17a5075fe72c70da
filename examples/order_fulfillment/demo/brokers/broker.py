"""What the demo asks of a broker."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from example.processes.order.v1.order_fulfillment_process_pb2 import OrderClosed

JSON = "application/json"


class Broker(ABC):
    """One that runs."""

    events: dict[str, Any]
    """The binding of the subscription `orders-facts`."""
    facts: dict[str, Any]
    """The binding of the stream `order-outcomes`."""
    dead_letters: dict[str, Any]
    """The binding of the dead letters."""

    @abstractmethod
    async def send(self, order_id: str, body: str) -> None:
        """Send an event of an order, and return when the broker has it."""

    @abstractmethod
    async def published(self) -> list[OrderClosed]:
        """Return the facts that were published."""


@asynccontextmanager
async def start_broker(kind: str, folder: Path) -> AsyncIterator[Broker]:
    """Run a broker.

    Args:
        kind: `kafka` or `nats`.
        folder: Where it keeps its data.

    Raises:
        process_runtime.testing.servers.ServerError: There is none on this machine.
    """
    async with import_module(f"demo.brokers.{kind}").running(folder) as broker:
        yield broker
