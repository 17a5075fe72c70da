"""The bounds on what is in flight, and who gets the room that becomes free."""

from __future__ import annotations

import asyncio

import pytest

from process_runtime.ingress.in_flight import InFlight


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_messages_and_bytes_are_both_bounded() -> None:
    by_count, by_bytes = InFlight(2, 1000), InFlight(1000, 10)
    for _ in range(2):
        assert by_count.has_room
        await by_count.acquire(1)
        assert by_bytes.has_room
        await by_bytes.acquire(5)
    assert not by_count.has_room
    assert not by_bytes.has_room
    by_count.release(1)
    by_bytes.release(5)
    assert by_count.has_room
    assert by_bytes.has_room


async def test_a_message_larger_than_all_the_room_passes_alone() -> None:
    in_flight = InFlight(10, 10)
    await in_flight.acquire(1_000)
    assert not in_flight.has_room
    in_flight.release(1_000)
    assert in_flight.has_room


async def test_who_waits_is_let_in_in_turn_and_nobody_overtakes() -> None:
    in_flight = InFlight(1, 1000)
    await in_flight.acquire(1)
    entered: list[int] = []

    async def enter(number: int) -> None:
        await in_flight.acquire(1)
        entered.append(number)

    tasks = [asyncio.create_task(enter(number)) for number in range(3)]
    await turns()
    in_flight.release(1)
    assert not in_flight.has_room
    for expected in ([0], [0, 1], [0, 1, 2]):
        await turns()
        assert entered == expected
        in_flight.release(1)
    await asyncio.gather(*tasks)
    assert in_flight.has_room


@pytest.mark.parametrize("let_in", [False, True])
async def test_who_stops_waiting_takes_no_room(let_in: bool) -> None:
    in_flight = InFlight(1, 1000)
    await in_flight.acquire(1)
    waiting = asyncio.create_task(in_flight.acquire(1))
    await turns()
    if let_in:
        in_flight.release(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    if not let_in:
        in_flight.release(1)
    assert in_flight.has_room


async def test_who_stops_waiting_as_room_becomes_free_is_cancelled_and_nothing_else() -> None:
    in_flight = InFlight(1, 1000)
    await in_flight.acquire(1)
    waiting = asyncio.create_task(in_flight.acquire(1))
    await turns()
    waiting.cancel()
    in_flight.release(1)  # before who waited has heard of the cancellation
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert in_flight.has_room


async def test_a_full_pipeline_has_room_again_once_a_quarter_is_free() -> None:
    in_flight = InFlight(8, 1000)
    for _ in range(8):
        await in_flight.acquire(1)
    room = asyncio.create_task(in_flight.room())
    for _ in range(2):
        await turns()
        assert not room.done()
        in_flight.release(1)
    await room


async def test_room_is_there_at_once_while_not_full() -> None:
    in_flight = InFlight(1, 1000)
    await in_flight.room()
    assert in_flight.has_room
