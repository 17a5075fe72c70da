"""The laws of order and settling: in order for each key, positions only past what is settled."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import defaultdict, deque
from dataclasses import dataclass
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.ingress import settle
from process_runtime.ingress.lanes import KeyLanes
from process_runtime.ingress.settle import ContiguousPositions
from tests.runtime.ingress.rig import eventually


@given(st.permutations(range(12)), st.integers(0, 12), st.sampled_from([-1000, 0, 1000]))
def test_a_position_passes_only_what_is_settled_without_a_gap(order: list[int], count: int, few: int) -> None:
    with patch.object(settle, "_FEW", few):  # however often what is settled is merged
        check_positions(order, count)


def check_positions(order: list[int], count: int) -> None:
    positions: ContiguousPositions[int] = ContiguousPositions()
    tickets = [positions.take(number) for number in range(12)]
    reached = -1
    for number in order[:count]:
        moved = positions.settle(tickets[number])
        settled = set(order[: order.index(number) + 1])
        expected = next((i for i in range(12) if i not in settled), 12) - 1
        assert (reached if moved is None else moved) == expected
        assert moved is None or moved > reached
        reached = expected
        assert len(positions) == 12 - (reached + 1)


class Lanes:
    """Lanes whose serving takes as many turns of the event loop as an item says."""

    def __init__(self) -> None:
        self.lanes: KeyLanes[Item] = KeyLanes(self.serve, lambda item: self.abandoned.append(item.number))
        self.served: dict[str, list[int]] = defaultdict(list)
        self.running: set[str] = set()
        self.abandoned: list[int] = []

    async def serve(self, lane: deque[Item]) -> None:
        item = lane[0]
        assert item.key not in self.running
        self.running.add(item.key)
        try:
            for _ in range(item.turns):
                await asyncio.sleep(0)
        finally:
            self.running.remove(item.key)
        self.served[item.key].append(lane.popleft().number)


@dataclass
class Item:
    key: str
    number: int
    turns: int


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=30))
def test_items_of_a_key_are_served_in_order_one_at_a_time(items: list[tuple[str, int, bool]]) -> None:
    async def run() -> None:
        rig = Lanes()
        for number, (key, turns, later) in enumerate(items):
            if later:
                await asyncio.sleep(0)
            rig.lanes.put(key, Item(key, number, turns))
        await eventually(lambda: not len(rig.lanes))
        for key, numbers in rig.served.items():
            assert numbers == [number for number, (owner, _, _) in enumerate(items) if owner == key]
        assert sum(map(len, rig.served.values())) == len(items)
        assert rig.abandoned == []

    asyncio.run(run())


async def test_a_slow_key_does_not_hold_up_another() -> None:
    rig = Lanes()
    rig.lanes.put("a", Item("a", 1, turns=1_000_000))
    rig.lanes.put("b", Item("b", 2, turns=1))
    await eventually(lambda: rig.served["b"] == [2])
    assert rig.running == {"a"}
    await rig.lanes.cancel()


async def test_cancelling_abandons_what_runs_and_what_waits() -> None:
    rig = Lanes()
    for number, key in enumerate("aab"):
        rig.lanes.put(key, Item(key, number, turns=1_000_000))
    await eventually(lambda: rig.running == {"a", "b"})
    await rig.lanes.cancel()
    assert sorted(rig.abandoned) == [0, 1, 2]
    assert len(rig.lanes) == 0


async def test_lanes_begun_and_cancelled_in_one_turn_are_abandoned_too() -> None:
    rig = Lanes()
    rig.lanes.put("a", Item("a", 1, turns=0))
    await rig.lanes.cancel()
    assert (rig.abandoned, rig.served) == ([1], {})


def test_a_hundred_thousand_outstanding_messages_are_settled_at_once() -> None:
    count = 100_000
    positions: ContiguousPositions[int] = ContiguousPositions()
    tickets = [positions.take(number) for number in range(count)]
    for ticket in tickets[1:]:
        assert positions.settle(ticket) is None
    assert positions.settle(tickets[0]) == count - 1
    assert len(positions) == 0


def test_what_is_settled_behind_a_message_that_is_not_takes_no_memory() -> None:
    positions: ContiguousPositions[int] = ContiguousPositions()
    stuck = positions.take(0)
    tracemalloc.start()
    try:
        for number in range(1, 100_001):
            assert positions.settle(positions.take(number)) is None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
    assert len(positions) == 100_001
    assert positions.settle(stuck) == 100_000
    assert len(positions) == 0
