"""Messages of a JetStream stream: each once, in order for each key, whoever takes them."""

from __future__ import annotations

import pytest

from tests.runtime.ingress.nats.replica import Orders, Replica
from tests.runtime.ingress.rig import eventually

pytestmark = pytest.mark.xdist_group("nats")


async def test_messages_are_delivered_in_order_and_acknowledged(orders: Orders) -> None:
    for number in range(50):
        await orders.publish(f"k{number % 3}", number)
    async with Replica(orders).running() as replica:
        await replica.ready()
        await replica.has(50)
        await orders.all_acknowledged()
        assert len(replica.applied) == 50
        assert replica.of("k1") == list(range(1, 50, 3))
        await orders.publish("k1", 50)
        await replica.has(51)
        await eventually(lambda: replica.lag == 0)
