"""The pipeline with Temporal played by a script: retries, waiting, giving up, stopping."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from process_runtime.ingress import courier
from process_runtime.ingress.deliver import NoProcess
from process_runtime.ingress.events import (
    Outcome,
    RawMessage,
    Reason,
    Refusal,
    Rejection,
    Transient,
)
from process_runtime.ingress.pipeline import Overloaded
from process_runtime.service import ServiceError
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import PATIENCE, MemoryDeadLetters, Rig, ScriptedDeliverer, message

BAD = b"{"


async def test_a_transient_failure_is_tried_again_until_it_passes() -> None:
    rig = Rig(
        ScriptedDeliverer(lambda _key, attempt: Transient("away") if attempt < 3 else Outcome.DELIVERED)
    )
    assert await (await rig.pipeline.take(message(event("posted", "a", 1))))
    assert rig.deliverer.attempts == ["a-1"] * 3
    assert (rig.count("retry"), rig.count("delivered")) == (2, 1)


async def test_a_retried_event_keeps_its_place_among_those_of_its_key() -> None:
    rig = Rig(
        ScriptedDeliverer(lambda key, n: Transient("away") if key == "a-1" and n < 3 else Outcome.DELIVERED)
    )
    futures = [
        await rig.pipeline.take(message(event("posted", key, number)))
        for key, number in (("a", 1), ("a", 2), ("b", 1))
    ]
    assert all(await asyncio.gather(*futures))
    attempts = rig.deliverer.attempts
    assert [call for call in rig.deliverer.calls if "b-1" not in call] == [["a-1", "a-2"]] * 3
    assert attempts.index("b-1") < len(attempts) - 2


async def test_no_more_messages_are_taken_than_may_be_in_flight() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda _key, _attempt: gate), in_flight=2)
    first = await rig.pipeline.take(message(event("posted", "a", 1)))
    await rig.pipeline.take(message(event("posted", "b", 1)))
    third = asyncio.ensure_future(rig.pipeline.take(message(event("posted", "c", 1))))
    with pytest.raises(Overloaded):
        await rig.pipeline.answer(message(event("posted", "d", 1)), PATIENCE)
    for _ in range(10):
        await asyncio.sleep(0)
    assert not third.done()
    gate.set()
    assert await first
    assert await (await third)


async def test_an_endless_backlog_is_taken_no_faster_than_it_is_settled() -> None:
    rig = Rig(ScriptedDeliverer(), in_flight=20, together=4)
    most = tasks = 0
    settled: list[bool] = []
    for taken in range(1, 2_001):
        future = await rig.pipeline.take(message(event("posted", f"k{taken % 30}", taken)))
        future.add_done_callback(lambda done: settled.append(done.result()))
        # Room is made before whoever took the message hears that it is settled.
        most = max(most, taken - len(settled))
        tasks = max(tasks, len(asyncio.all_tasks()))
    await rig.pipeline.room()
    await eventually(lambda: len(settled) == 2_000)
    assert all(settled)
    assert most <= 2 * 20 + 1
    assert tasks <= 2 * 20 + 1


async def test_the_bytes_in_flight_are_bounded_too() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda _key, _attempt: gate), max_in_flight_bytes=150)
    first = message(event("posted", "a", 1))
    assert 75 < len(first.body) < 150
    futures = [await rig.pipeline.take(first), await rig.pipeline.take(message(event("posted", "b", 1)))]
    assert not rig.pipeline.has_room
    room = asyncio.create_task(rig.pipeline.room())
    await eventually(lambda: len(rig.deliverer.calls) == 2)
    assert not room.done()
    gate.set()
    await room
    assert rig.pipeline.has_room
    assert all(await asyncio.gather(*futures))


async def test_a_message_that_can_never_succeed_is_a_dead_letter_and_settled() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters)
    assert await (await rig.pipeline.take(message(body=BAD)))
    assert [(letter.reason, letter.position, letter.data) for letter in letters.letters] == [
        ("undecodable", "42", BAD)
    ]
    assert rig.count("undecodable") == 1
    assert rig.deliverer.attempts == []


async def test_without_a_dead_letter_stream_a_stream_stops_rather_than_skips() -> None:
    rig = Rig(ScriptedDeliverer())
    with pytest.raises(ServiceError, match=r"42.*undecodable.*DEAD_LETTER_FILE"):
        await (await rig.pipeline.take(message(body=BAD)))


async def test_without_a_dead_letter_stream_who_waits_is_told() -> None:
    rig = Rig(ScriptedDeliverer())
    (result,) = await rig.pipeline.answer(message(body=BAD), PATIENCE)
    assert result.outcome is Outcome.REJECTED
    assert result.rejection is not None
    assert result.rejection.reason is Reason.UNDECODABLE
    assert rig.count("undecodable") == 1


async def test_nothing_is_settled_while_a_dead_letter_cannot_be_kept() -> None:
    letters = MemoryDeadLetters(failures=2)
    rig = Rig(ScriptedDeliverer(), letters)
    future = await rig.pipeline.take(message(body=BAD))
    await eventually(lambda: not rig.condition.is_ready)
    assert not future.done()
    assert rig.condition.as_dict()["reason"] == "DeadLetterFailed"
    assert await future
    assert rig.condition.is_ready
    assert len(letters.letters) == 1


async def test_who_waits_comes_again_when_a_dead_letter_cannot_be_kept() -> None:
    rig = Rig(ScriptedDeliverer(), MemoryDeadLetters(failures=1))
    (result,) = await rig.pipeline.answer(message(body=BAD), PATIENCE)
    assert result.outcome is Outcome.RETRY


async def test_an_event_that_cannot_start_a_process_waits_for_one() -> None:
    script = lambda _key, attempt: NoProcess() if attempt < 3 else Outcome.DELIVERED  # noqa: E731
    rig = Rig(ScriptedDeliverer(script), MemoryDeadLetters(), no_process_wait=timedelta(minutes=1))
    assert await (await rig.pipeline.take(message(event("scanned", "a", 1))))
    assert rig.count("delivered") == 1


async def test_an_event_that_waited_in_vain_is_a_dead_letter() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(lambda _key, _attempt: NoProcess()), letters)
    assert await (await rig.pipeline.take(message(event("scanned", "a", 1))))
    assert [letter.reason for letter in letters.letters] == ["no_process"]


async def test_an_outage_does_not_count_as_waiting_for_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def script(_key: str, attempt: int) -> object:
        nonlocal now
        now += 100 if attempt == 1 else 1
        return (Transient("away", away=True), NoProcess(), Outcome.DELIVERED)[attempt - 1]

    monkeypatch.setattr(courier, "time", SimpleNamespace(monotonic=lambda: now))
    rig = Rig(ScriptedDeliverer(script), MemoryDeadLetters(), no_process_wait=timedelta(seconds=30))
    assert await (await rig.pipeline.take(message(event("scanned", "a", 1))))
    assert rig.count("delivered") == 1


async def test_who_waits_is_told_that_no_process_runs_before_they_give_up() -> None:
    rig = Rig(ScriptedDeliverer(lambda _key, _n: NoProcess()), no_process_wait=timedelta(hours=1))
    (result,) = await rig.pipeline.answer(message(event("scanned", "a", 1)), PATIENCE)
    assert result.rejection is not None
    assert result.rejection.reason is Reason.NO_PROCESS


async def test_too_large_a_message_is_not_even_decoded() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters)
    assert await (await rig.pipeline.take(message(body=b"x" * 10_001)))
    assert [letter.reason for letter in letters.letters] == ["too_large"]


async def test_when_stopping_an_undelivered_message_is_left_unsettled_at_once() -> None:
    rig = Rig(ScriptedDeliverer(lambda _key, _attempt: Transient("away")))
    future = await rig.pipeline.take(message(event("posted", "a", 1)))
    await eventually(lambda: bool(rig.deliverer.attempts))
    rig.stopping.set()
    assert await future is False


async def test_each_event_of_a_batch_has_its_own_result() -> None:
    rejection = Rejection(Reason.LATE, "closed", process="parcel")
    rig = Rig(ScriptedDeliverer(lambda key, _n: rejection if key == "b-1" else Outcome.DELIVERED))
    batch = message(event("posted", "a", 1), event("posted", "b", 1), event("posted", "c", 1))
    results = await rig.pipeline.answer(batch, PATIENCE)
    assert [result.outcome for result in results] == [Outcome.DELIVERED, Outcome.REJECTED, Outcome.DELIVERED]


async def test_in_a_batch_nothing_overtakes_an_event_of_its_key_that_has_to_come_again() -> None:
    rig = Rig(ScriptedDeliverer(lambda key, _n: Transient("away") if key == "a-1" else Outcome.DELIVERED))
    batch = message(event("posted", "a", 1), event("posted", "a", 2), event("posted", "b", 1))
    results = await rig.pipeline.answer(batch, PATIENCE)
    assert [result.outcome for result in results] == [Outcome.RETRY, Outcome.RETRY, Outcome.DELIVERED]
    assert rig.deliverer.calls.count(["a-1", "a-2"]) == 1
    assert ["a-2"] not in rig.deliverer.calls


async def test_a_refusal_by_the_process_is_an_answer_to_who_waits_and_a_dead_letter_in_a_stream() -> None:
    letters = MemoryDeadLetters()
    rejection = Rejection(
        Reason.REJECTED, "refused", process="parcel", refusal=Refusal(type="Broken", message="out of order")
    )
    rig = Rig(ScriptedDeliverer(lambda _key, _n: rejection), letters)
    (result,) = await rig.pipeline.answer(message(event("weigh", "a", 1)), PATIENCE)
    assert result.rejection is rejection
    assert letters.letters == []
    assert await (await rig.pipeline.take(message(event("weigh", "a", 1))))
    assert len(letters.letters) == 1


async def test_an_unexpected_error_reaches_whoever_took_the_message() -> None:
    rig = Rig(ScriptedDeliverer(lambda _key, _n: ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        await (await rig.pipeline.take(message(event("posted", "a", 1))))


async def test_a_tombstone_is_settled_counted_and_no_dead_letter() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters)
    tombstone = RawMessage(
        subscription="parcels", adapter="test", position="7", body=b"", key=b"a", tombstone=True
    )
    assert await (await rig.pipeline.take(tombstone))
    assert (rig.count("tombstone", process=""), rig.deliverer.attempts, letters.letters) == (1, [], [])
