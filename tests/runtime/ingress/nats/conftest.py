"""A stream of its own for each test, or a server."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from process_runtime.testing.servers import NatsServer
from tests.runtime.ingress.nats.replica import Orders


@pytest.fixture
async def orders(nats_server: NatsServer) -> AsyncIterator[Orders]:
    """A stream on the session's server."""
    async with Orders(nats_server, f"orders-{uuid.uuid4().hex[:8]}") as stream:
        yield stream


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A server that the test may kill."""
    with NatsServer(tmp_path / "nats") as server:
        yield server
