"""Messages of a JetStream stream: each once, in order for each key, whoever takes them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

import pytest
from nats.aio.msg import Msg

from process_runtime.ingress.events import Outcome, Transient
from process_runtime.service import ServiceError
from process_runtime.testing.waiting import eventually
from tests.runtime.ingress.nats.replica import PROTOBUF, Orders, Replica
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.scripted import MemoryDeadLetters

pytestmark = pytest.mark.xdist_group("nats")


class Gate:
    """Keeps deliveries from ending: those of some keys, or all."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys
        self.opened = asyncio.Event()

    def __call__(self, key: str, _attempt: int) -> Any:
        shut = not self.keys or key in self.keys
        return self.opened if shut and not self.opened.is_set() else Outcome.DELIVERED


async def api(
    orders: Orders, path: str, body: bytes = b"", durable: str = "parcel_parcels"
) -> dict[str, Any]:
    answer = await orders.client.request(f"$JS.API.CONSUMER.{path}.{orders.name}.{durable}", body, timeout=10)
    tree: dict[str, Any] = json.loads(answer.data)
    assert "error" not in tree, tree
    return tree


@pytest.mark.requirement("R049", "R050", "R074", "R120")
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


async def test_a_clean_stop_leaves_nothing_to_repeat(orders: Orders) -> None:
    await orders.publish("k", *range(20))
    async with Replica(orders).running() as first:
        await first.has(20)
        await first.stop()
    await orders.publish("k", *range(20, 30))
    async with Replica(orders).running() as second:
        await second.has(10)
        await orders.all_acknowledged()
        assert second.of("k") == list(range(20, 30))


async def test_a_replica_that_stops_hands_over_at_once(orders: Orders) -> None:
    async with Replica(orders, takeover="1h").running() as first:
        await first.ready()
        await orders.publish("k", 0)
        await first.has(1)
        async with Replica(orders, takeover="1h").running() as second:
            await second.ready()
            await orders.publish("k", 1)
            await first.has(2)
            await first.stop()
            await orders.publish("k", 2)
            await second.has(1)
            assert second.of("k") == [2]


async def test_one_replica_at_a_time_takes_the_messages(orders: Orders) -> None:
    async with (
        Replica(orders, takeover="60s").running() as first,
        Replica(orders, takeover="60s").running() as second,
    ):
        await first.ready()
        await second.ready()
        for number in range(20):
            await orders.publish(f"k{number % 2}", number)
        await eventually(lambda: len(first.applied) + len(second.applied) == 20)
        assert not first.applied or not second.applied


async def test_what_a_dead_replica_had_comes_first_and_in_order(orders: Orders) -> None:
    gate = Gate()
    async with Replica(orders, gate).running() as first:
        await orders.publish("k", *range(5))
        await first.has(1)
        assert first.task is not None
        first.task.cancel()
        await asyncio.wait([first.task])
        # More comes, and would be handed out at once, long before ack_wait is over.
        await orders.publish("k", *range(5, 10))
        async with Replica(orders).running() as second:
            await second.has(10)
            assert second.of("k") == list(range(10))
            await orders.all_acknowledged()


async def test_what_a_dead_replica_had_comes_even_if_nothing_new_does(orders: Orders) -> None:
    async with Replica(orders, Gate(), ack_wait="1h").running() as first:
        await orders.publish("k", *range(3))
        await first.has(1)
        assert first.task is not None
        first.task.cancel()
        async with Replica(orders, ack_wait="1h").running() as second:
            await second.has(3)
            assert second.of("k") == [0, 1, 2]


async def test_a_replica_that_lost_its_turn_and_lives_on_leaves_no_gap(orders: Orders) -> None:
    """Both deliver; each without a gap, from the first on that nobody has acknowledged."""
    gate = Gate("k-3")
    async with Replica(orders, gate).running() as first:
        await orders.publish("k", *range(6))
        await eventually(lambda: first.of("k") == [0, 1, 2, 3])
        async with Replica(orders).running() as second:
            await second.ready()
            await api(orders, "UNPIN", b'{"group": "ingress"}')
            await orders.publish("k", *range(6, 9))
            await eventually(lambda: second.of("k")[-1:] == [8])
            gate.opened.set()
            await orders.all_acknowledged()
            assert first.of("k") == list(range(first.of("k")[-1] + 1))
            assert second.of("k") == list(range(second.of("k")[0], 9))
            assert second.of("k")[0] <= 3


async def test_a_reset_by_somebody_else_neither_repeats_nor_reorders(orders: Orders) -> None:
    gate = Gate("a-0", "b-0")
    async with Replica(orders, gate).running() as replica:
        await orders.publish("a", 0, 1)
        await orders.publish("b", 0, 1)
        await replica.has(2)
        await api(orders, "RESET")
        await orders.publish("a", 2)
        await orders.publish("c", 0)
        await eventually(lambda: replica.of("c") == [0])
        gate.opened.set()
        await replica.has(6)
        await orders.all_acknowledged()
        assert replica.of("a") == [0, 1, 2]
        assert len(replica.applied) == 6
        assert replica.metrics.registry.get_sample_value(
            "process_ingress_redelivered_total", {"subscription": "parcels"}
        )


async def test_what_went_elsewhere_comes_again_before_what_follows_it(orders: Orders) -> None:
    pins: list[str] = []
    stolen: list[Msg] = []

    async def note(message: Msg) -> None:
        pins.extend(filter(None, [json.loads(message.data).get("id")]))

    async def steal(message: Msg) -> None:
        stolen.extend([message] if message.reply else [])

    requests = f"$JS.API.CONSUMER.MSG.NEXT.{orders.name}.parcel_parcels"
    await orders.client.subscribe(requests, cb=note)
    await orders.client.subscribe("elsewhere", cb=steal)
    async with Replica(orders, ack_wait="1h").running() as replica:
        await orders.publish("k", 0)
        await eventually(lambda: bool(pins))
        number = 0
        while not stolen:
            request = {"batch": 1, "expires": 60 * 10**9, "group": "ingress", "id": pins[-1]}
            await orders.client.publish(requests, json.dumps(request).encode(), reply="elsewhere")
            await orders.publish("k", number + 1, number + 2)
            number += 2
        await orders.publish("k", number + 1)
        await replica.has(number + 2)
        assert replica.of("k") == list(range(number + 2))
        await orders.all_acknowledged()


async def test_jetstream_is_told_that_work_goes_on(orders: Orders) -> None:
    told: list[str] = []

    async def note(message: Msg) -> None:
        if message.data == b"+WPI":
            told.append(message.subject.split(".")[5])

    await orders.client.subscribe(f"$JS.ACK.{orders.name}.parcel_parcels.>", cb=note)
    gate = Gate()
    async with Replica(orders, gate, ack_wait="1s").running() as replica:
        await orders.publish("k", 0, 1)
        # Both the one that is delivered and the one that waits behind it.
        await eventually(lambda: told.count("1") >= 3 and told.count("2") >= 3)
        gate.opened.set()
        await replica.has(2)
        await orders.all_acknowledged()
        assert replica.applied == ["k-0", "k-1"]


async def test_no_more_is_asked_for_than_there_is_room_for(orders: Orders) -> None:
    small: list[dict[str, Any]] = []

    async def note(message: Msg) -> None:
        request = json.loads(message.data)
        if request.get("max_bytes") == 1:
            small.append(request)

    await orders.client.subscribe(f"$JS.API.CONSUMER.MSG.NEXT.{orders.name}.parcel_parcels", cb=note)
    gate = Gate()
    async with Replica(orders, gate, in_flight=3, batch=4, takeover="3s").running() as replica:
        for number in range(60):
            await orders.publish(f"k{number}", number)
        await replica.has(3)
        # It stays the one that takes the messages, though it takes none.
        await eventually(lambda: len(small) >= 2)
        assert (await orders.state()).num_ack_pending <= 3 + 4 + 4
        gate.opened.set()
        await replica.has(60)
        await orders.all_acknowledged()


async def test_poison_goes_to_the_dead_letters_and_the_rest_goes_on(orders: Orders) -> None:
    letters = MemoryDeadLetters()
    async with Replica(orders, dead_letters=letters).running() as replica:
        await orders.publish("k", 0)
        await orders.jetstream.publish(
            f"{orders.name}.k", b"\xff not an envelope", headers=PROTOBUF | {"X-Trace": "é"}
        )
        await orders.publish("k", 1)
        await replica.has(2)
        await orders.all_acknowledged()
    (letter,) = letters.letters
    assert letter.position == f"{orders.name}@2"
    assert letter.data == b"\xff not an envelope"
    assert letter.headers["x-trace"] == "é"
    assert "nats-pin-id" not in letter.headers


async def test_without_dead_letters_it_stops_before_the_message(orders: Orders) -> None:
    async with Replica(orders).running() as replica:
        await orders.publish("k", 0)
        await replica.has(1)
        await orders.jetstream.publish(f"{orders.name}.k", b"no", headers=PROTOBUF)
        assert replica.task is not None
        with pytest.raises(ServiceError, match=f"{orders.name}@2 can never succeed"):
            await replica.task
        state = await orders.state()
        assert state.ack_floor.stream_seq == 1
        assert state.num_pending + state.num_ack_pending == 1


async def test_nothing_that_is_tried_again_keeps_it_from_stopping(orders: Orders) -> None:
    away = Transient("Temporal is away")
    async with Replica(orders, lambda _key, _attempt: away).running() as replica:
        await orders.publish("k", 0)
        await replica.has(1)
        await orders.jetstream.publish(f"{orders.name}.k", b"no", headers=PROTOBUF)
        assert replica.task is not None
        with pytest.raises(ServiceError, match="can never succeed"):
            async with asyncio.timeout(60):
                await replica.task
        assert (await orders.state()).ack_floor.stream_seq == 0


async def test_partitions_are_consumers_of_their_own(orders: Orders) -> None:
    numbers: dict[str, list[int]] = defaultdict(list)
    options: dict[str, Any] = {
        "partitions": 2,
        "durable": "parcels-{partition}",
        "subjects": f"{orders.name}.{{partition}}.*",
    }
    async with Replica(orders, **options).running() as replica:
        await replica.ready()
        for number in range(20):
            key = f"{number % 2}.k{number % 4}"
            numbers[key].append(number)
            body = event("posted", key, number).SerializeToString()
            await orders.jetstream.publish(f"{orders.name}.{key}", body, headers=PROTOBUF)
        await replica.has(20)
        assert {key: replica.of(key) for key in numbers} == numbers
        for partition in range(2):
            state = await orders.state(f"parcels-{partition}")
            assert state.config.filter_subjects == [f"{orders.name}.{partition}.*"]


async def test_a_consumer_that_differs_is_changed_and_keeps_its_place(orders: Orders) -> None:
    await orders.publish("k", 0, 1)
    await orders.jetstream.pull_subscribe("", "parcel_parcels", orders.name)
    mine = await orders.jetstream.pull_subscribe_bind("parcel_parcels", orders.name)
    (message,) = await mine.fetch(1)
    await message.ack_sync()
    await mine.unsubscribe()
    async with Replica(orders, create=False).running() as replica:
        assert "differs in" in await replica.reason("NatsAway")
    async with Replica(orders, max_ack_pending=7).running() as replica:
        await replica.has(1)
        assert replica.of("k") == [1]
        assert (await orders.state()).config.max_ack_pending == 7


async def test_a_consumer_begins_where_the_binding_says(orders: Orders) -> None:
    await orders.publish("k", 0, 1, 2)
    options: dict[str, Any] = {"deliver_policy": "by_start_sequence", "start_sequence": 2}
    async with Replica(orders, **options).running() as replica:
        await replica.has(2)
        assert replica.of("k") == [1, 2]


async def test_a_deleted_key_of_a_bucket_is_a_tombstone(orders: Orders) -> None:
    async with Replica(orders).running() as replica:
        await orders.jetstream.publish(f"{orders.name}.k", b"", headers={"KV-Operation": "DEL"})
        await orders.publish("k", 0)
        await replica.has(1)
        await orders.all_acknowledged()
        assert replica.count("tombstone", "") == 1
