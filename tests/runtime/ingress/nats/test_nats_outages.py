"""NATS away, paused, without its stream: the ingress lives on, says why, and loses nothing."""

from __future__ import annotations

import asyncio
import time

import pytest

from process_runtime.ingress.adapters.nats.ledger import Ledger
from process_runtime.ingress.events import Outcome
from process_runtime.nats_connection import NatsConnection
from process_runtime.testing.servers import NatsServer
from process_runtime.testing.waiting import eventually
from tests.runtime.ingress.nats.replica import Orders, Replica

pytestmark = pytest.mark.xdist_group("nats")


@pytest.mark.parametrize("fault", ["kill", "pause"])
@pytest.mark.requirement("R111", "R117")
async def test_a_server_that_goes_and_comes_back_costs_no_message_and_no_order(
    own_server: NatsServer, fault: str
) -> None:
    async with Orders(own_server, "orders") as orders:
        for number in range(300):
            await orders.publish(f"k{number % 5}", number)
    async with Replica(
        None, servers=own_server.url, stream="orders", in_flight=4, batch=10
    ).running() as replica:
        await replica.has(20)
        await asyncio.to_thread(getattr(own_server, fault))
        assert "NATS" in await replica.reason("NatsAway")
        assert replica.task is not None
        assert not replica.task.done()
        await asyncio.to_thread(own_server.start if fault == "kill" else own_server.resume)
        await replica.ready()
        await replica.has(300)
        for key in range(5):
            assert replica.of(f"k{key}") == list(range(key, 300, 5))
        async with Orders(own_server, "orders") as orders:
            await orders.all_acknowledged()


@pytest.mark.requirement("R114")
async def test_without_a_server_it_waits_and_stops_when_told(own_server: NatsServer) -> None:
    own_server.kill()
    async with Replica(None, servers=own_server.url, stream="orders").running() as replica:
        assert "NATS cannot be reached" in await replica.reason("NatsAway")
        await replica.stop()


async def test_a_lost_connection_costs_no_turn(
    own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[NatsConnection] = []
    enter = NatsConnection.__aenter__

    async def noted(self: NatsConnection) -> NatsConnection:
        connections.append(self)
        return await enter(self)

    monkeypatch.setattr(NatsConnection, "__aenter__", noted)
    gate = asyncio.Event()
    async with Orders(own_server, "orders") as orders:
        replica = Replica(orders, lambda key, _: gate if key == "k-0" else Outcome.DELIVERED, takeover="1h")
        async with replica.running():
            await orders.publish("k", 0, 1)
            await orders.publish("other", 0)
            await replica.has(2)
            connections[0].lost.set()
            await orders.publish("other", 1)
            await eventually(lambda: replica.of("other") == [0, 1])
            gate.set()
            await orders.all_acknowledged()
            assert replica.of("k") == [0, 1]
            assert len(replica.applied) == 4


async def test_without_its_stream_it_waits_for_it(own_server: NatsServer) -> None:
    async with Replica(None, servers=own_server.url, stream="orders").running() as replica:
        assert await replica.reason("NatsAway") == "there is no stream orders"
        async with Orders(own_server, "orders") as orders:
            await orders.publish("k", 0)
            await replica.has(1)


async def test_without_jetstream_it_says_so(own_server: NatsServer) -> None:
    own_server.stop()
    own_server.with_jetstream = False
    own_server.start()
    async with Replica(None, servers=own_server.url, stream="orders").running() as replica:
        assert "JetStream" in await replica.reason("NatsAway")


async def test_a_stream_that_was_made_anew_is_read_from_its_start(own_server: NatsServer) -> None:
    """Its messages are numbered like those that were settled, and are others."""
    async with Orders(own_server, "orders") as orders, Replica(orders).running() as replica:
        await orders.publish("k", 0, 1, 2)
        await replica.has(3)
        await orders.jetstream.delete_stream("orders")
        await orders.jetstream.add_stream(name="orders", subjects=["orders.>"])
        await orders.publish("k", 3, 4)
        await replica.has(5)
        assert replica.of("k") == [0, 1, 2, 3, 4]


async def test_a_stop_while_the_server_is_away_is_quick(own_server: NatsServer) -> None:
    async with Orders(own_server, "orders") as orders:
        await orders.publish("k", 0)
    async with Replica(None, servers=own_server.url, stream="orders").running() as replica:
        await replica.has(1)
        await asyncio.to_thread(own_server.kill)
        await replica.reason("NatsAway")
        await replica.stop()


async def test_a_message_that_settled_is_acknowledged_again_and_not_taken_again() -> None:
    ledger = Ledger()
    assert ledger.enter(1, "first")
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    ledger.follow(1, future)
    assert not ledger.enter(1, "second")
    future.set_result(True)
    await ledger.drained()
    await eventually(lambda: list(ledger.acks) == ["second"])
    assert not ledger.enter(1, "third")
    assert list(ledger.acks) == ["second", "third"]
    ledger.acknowledged(1)
    assert ledger.enter(1, "of another turn")


async def test_what_has_to_come_again_halts_what_follows() -> None:
    ledger = Ledger()
    ledger.enter(1, "first")
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    ledger.follow(1, future)
    future.set_result(False)
    await eventually(lambda: ledger.halted)
    assert not ledger.acks
    assert ledger.enter(1, "it comes again")


async def test_what_nothing_was_said_about_is_told_of_once() -> None:
    ledger = Ledger()
    ledger.enter(1, "one")
    began = time.monotonic()
    await eventually(lambda: time.monotonic() > began)
    assert ledger.silent(0) == ["one"]
    assert ledger.silent(3600) == []
