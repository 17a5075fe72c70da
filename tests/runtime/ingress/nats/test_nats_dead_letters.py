"""Dead letters in a JetStream stream: as every kind keeps them, and over an outage of the server."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from process_runtime.dead_letters import DeadLetterError
from process_runtime.dead_letters.nats import NatsDeadLetterOptions, NatsDeadLetters
from process_runtime.testing.servers import NatsServer
from process_runtime.testing.waiting import eventually
from tests.runtime.dead_letters.contract import DeadLetterContract, Open, letter, open_ids
from tests.runtime.ingress.nats.replica import Orders

pytestmark = pytest.mark.xdist_group("nats")


class TestNats(DeadLetterContract):
    @pytest.fixture
    def open_stream(self, nats_server: NatsServer) -> Open:
        name = f"letters-{uuid.uuid4().hex[:8]}"
        options = NatsDeadLetterOptions(servers=[nats_server.url], stream=name, subject=name)
        return lambda: NatsDeadLetters(options)


async def test_a_message_shows_what_it_is_to_any_reader(orders: Orders) -> None:
    options = NatsDeadLetterOptions(
        servers=[orders.server.url], stream=orders.name, subject=f"{orders.name}.dl"
    )
    async with NatsDeadLetters(options) as stream:
        await stream.write(letter(headers={"ce-id": "1", "nats-rollup": "all", "x y": "z"}))
    message = await orders.jetstream.get_msg(orders.name, subject=f"{orders.name}.dl.{letter().id}")
    assert message.data == letter().data
    headers = message.headers or {}
    assert headers["dl-reason"] == "undecodable"
    assert headers["dl-position"] == "orders/3@7"
    assert headers["ce-id"] == "1"
    assert "nats-rollup" not in headers


async def test_what_is_no_letter_is_skipped(orders: Orders) -> None:
    options = NatsDeadLetterOptions(servers=[orders.server.url], stream=orders.name, subject=orders.name)
    await orders.jetstream.publish(f"{orders.name}.other", b"no letter")
    async with NatsDeadLetters(options) as stream:
        await stream.write(letter())
        assert await open_ids(stream) == [letter().id]


async def test_a_letter_is_kept_once_the_server_is_back(own_server: NatsServer) -> None:
    options = NatsDeadLetterOptions(servers=[own_server.url], stream="letters")
    async with NatsDeadLetters(options) as stream:
        await stream.write(letter("1"))
        await asyncio.to_thread(own_server.kill)
        with pytest.raises(DeadLetterError, match=r"NATS|JetStream"):
            await stream.write(letter("2"))
        await asyncio.to_thread(own_server.start)

        async def written() -> bool:
            try:
                await stream.write(letter("2"))
            except DeadLetterError:
                return False
            return True

        await eventually(written)
        assert await open_ids(stream) == [letter("1").id, letter("2").id]


async def test_a_stream_that_is_missing_and_not_to_be_made_is_said(nats_server: NatsServer) -> None:
    options = NatsDeadLetterOptions(servers=[nats_server.url], stream="nowhere", create=False)
    async with NatsDeadLetters(options) as stream:
        with pytest.raises(DeadLetterError, match="stream not found"):
            await stream.write(letter())
        assert await open_ids(stream) == []
