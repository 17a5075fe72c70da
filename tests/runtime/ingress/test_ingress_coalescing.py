"""Which events share a call, and what becomes of each when the call fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from process_runtime.ingress.deliver import NoProcess
from process_runtime.ingress.events import Outcome, RawMessage, Reason, Rejection, Transient
from process_runtime.ingress.pipeline import Patience
from process_runtime.service import ServiceError
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer, message

TIMES = Patience(delivery=timedelta(minutes=1), reply=timedelta(0))


async def taken(rig: Rig, *events: Any) -> list[bool]:
    """Take the events in one go, as an adapter takes a poll, and return what is settled."""
    futures = [await rig.pipeline.take(message(envelope)) for envelope in events]
    return list(await asyncio.gather(*futures))


def posted(key: str, *numbers: int) -> list[Any]:
    return [event("posted", key, number) for number in numbers]


def refuses(*keys: str, reason: Reason = Reason.INVALID) -> ScriptedDeliverer:
    rejection = Rejection(reason, "no", process="parcel")
    return ScriptedDeliverer(lambda key, _n: rejection if key in keys else Outcome.DELIVERED)


async def test_what_is_taken_in_one_go_shares_calls_by_key() -> None:
    rig = Rig(ScriptedDeliverer())
    assert all(await taken(rig, *posted("a", 1, 2), *posted("b", 1), *posted("a", 3)))
    assert sorted(rig.deliverer.calls) == [["a-1", "a-2", "a-3"], ["b-1"]]
    assert rig.count("delivered") == 4


async def test_what_comes_while_a_call_is_under_way_shares_the_next() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda key, _n: gate if key == "a-1" else Outcome.DELIVERED))
    first = await rig.pipeline.take(message(*posted("a", 1)))
    await eventually(lambda: bool(rig.deliverer.calls))
    behind = []
    for number in (2, 3):
        behind.append(await rig.pipeline.take(message(*posted("a", number))))
        await asyncio.sleep(0)
    gate.set()
    assert all(await asyncio.gather(first, *behind))
    assert rig.deliverer.calls == [["a-1"], ["a-2", "a-3"]]


async def test_no_call_takes_more_events_than_it_may() -> None:
    rig = Rig(ScriptedDeliverer(), together=2)
    await taken(rig, *posted("a", 1, 2, 3, 4, 5))
    assert rig.deliverer.calls == [["a-1", "a-2"], ["a-3", "a-4"], ["a-5"]]


async def test_nor_more_bytes_but_for_one_event_that_has_them_alone() -> None:
    def large(number: int, kilobytes: int) -> RawMessage:
        envelope = event("posted", "a", number)
        return message(envelope, body=message(envelope).body + b" " * kilobytes * 1024)

    rig = Rig(ScriptedDeliverer(), max_event_bytes=1_000_000)
    futures = [
        await rig.pipeline.take(large(number, kilobytes))
        for number, kilobytes in enumerate([200, 200, 200, 600, 1])
    ]
    assert all(await asyncio.gather(*futures))
    assert rig.deliverer.calls == [["a-0", "a-1"], ["a-2"], ["a-3"], ["a-4"]]


async def test_an_event_that_goes_another_way_ends_the_call_and_is_not_overtaken() -> None:
    rig = Rig(ScriptedDeliverer())
    cases = ["posted", "delivered", "scanned", "scanned", "posted", "weigh", "weigh", "posted", "posted"]
    await taken(rig, *[event(case, "a", number) for number, case in enumerate(cases)])
    assert rig.deliverer.calls == [
        ["a-0", "a-1"],
        ["a-2", "a-3"],
        ["a-4"],
        ["a-5"],
        ["a-6"],
        ["a-7", "a-8"],
    ]


@pytest.mark.parametrize("guilty", [1, 2, 3])
async def test_of_a_call_that_is_refused_only_the_guilty_event_is_a_dead_letter(guilty: int) -> None:
    letters = MemoryDeadLetters()
    rig = Rig(refuses(f"a-{guilty}"), letters)
    assert all(await taken(rig, *posted("a", 1, 2, 3)))
    assert len(letters.letters) == 1
    assert f"a-{guilty}".encode() in letters.letters[0].data
    assert rig.deliverer.calls == [["a-1", "a-2", "a-3"], ["a-1"], ["a-2"], ["a-3"]]
    assert (rig.count("invalid"), rig.count("delivered")) == (1, 2)


async def test_the_events_after_a_refused_call_share_calls_again() -> None:
    rig = Rig(refuses("a-2"), MemoryDeadLetters(), together=2)
    assert all(await taken(rig, *posted("a", 1, 2, 3, 4)))
    assert rig.deliverer.calls == [["a-1", "a-2"], ["a-1"], ["a-2"], ["a-3", "a-4"]]


async def test_all_events_of_a_call_to_a_closed_process_are_late() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(refuses("a-1", reason=Reason.LATE), letters)
    assert all(await taken(rig, *posted("a", 1, 2)))
    assert [letter.reason for letter in letters.letters] == ["late", "late"]
    assert rig.deliverer.calls == [["a-1", "a-2"]]


async def test_a_call_that_failed_is_tried_again_with_what_has_come_meanwhile() -> None:
    rig = Rig(
        ScriptedDeliverer(lambda key, n: Transient("x") if (key, n) == ("a-1", 1) else Outcome.DELIVERED)
    )
    first = [await rig.pipeline.take(message(envelope)) for envelope in posted("a", 1, 2)]
    await eventually(lambda: rig.count("retry") == 2)
    assert await (await rig.pipeline.take(message(*posted("a", 3))))
    assert all(await asyncio.gather(*first))
    assert rig.deliverer.calls == [["a-1", "a-2"], ["a-1", "a-2", "a-3"]]


async def test_events_that_find_no_process_wait_and_are_given_up_each_in_its_time() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(lambda _key, _n: NoProcess()), letters)
    assert all(await taken(rig, *[event("scanned", "a", number) for number in range(3)]))
    assert [letter.reason for letter in letters.letters] == ["no_process"] * 3


async def test_a_stop_leaves_a_whole_call_and_all_behind_it_unsettled() -> None:
    rig = Rig(ScriptedDeliverer(lambda _key, _n: Transient("away")), together=2)
    futures = [await rig.pipeline.take(message(envelope)) for envelope in posted("a", 1, 2, 3)]
    await eventually(lambda: bool(rig.deliverer.calls))
    rig.stopping.set()
    assert await asyncio.gather(*futures) == [False] * 3
    assert ["a-3"] not in rig.deliverer.calls


async def test_nothing_is_delivered_after_an_earlier_event_of_its_key_was_left_behind() -> None:
    rig = Rig(ScriptedDeliverer(lambda key, _n: Transient("x") if key == "a-1" else Outcome.DELIVERED))
    first = await rig.pipeline.take(message(*posted("a", 1)))
    await eventually(lambda: bool(rig.deliverer.calls))
    rig.stopping.set()
    assert await first is False
    assert await taken(rig, *posted("a", 2), *posted("b", 1)) == [False, True]
    assert ["a-2"] not in rig.deliverer.calls


async def test_nor_after_one_that_stops_the_ingress() -> None:
    rig = Rig(refuses("a-1"))
    futures = [await rig.pipeline.take(message(envelope)) for envelope in posted("a", 1, 2)]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(results[0], ServiceError)
    assert results[1] is False
    assert rig.deliverer.calls == [["a-1", "a-2"], ["a-1"]]


async def test_a_call_under_way_at_the_stop_is_settled_by_its_answer() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda _key, _n: gate))
    futures = [await rig.pipeline.take(message(envelope)) for envelope in posted("a", 1, 2)]
    await eventually(lambda: bool(rig.deliverer.calls))
    rig.stopping.set()
    gate.set()
    assert await asyncio.gather(*futures) == [True, True]


async def test_what_is_broken_off_is_not_settled() -> None:
    rig = Rig(ScriptedDeliverer(lambda _key, _n: asyncio.Event()))
    futures = [await rig.pipeline.take(message(envelope)) for envelope in posted("a", 1, 2)]
    await eventually(lambda: bool(rig.deliverer.calls))
    await rig.pipeline.close()
    assert all(future.cancelled() for future in futures)
    assert rig.pipeline.has_room


async def test_each_who_waits_has_an_answer_of_their_own_from_a_shared_call() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda key, _n: gate if key == "a-1" else Outcome.DELIVERED))
    answers = [
        asyncio.create_task(rig.pipeline.answer(message(envelope), TIMES))
        for envelope in posted("a", 1, 2, 3)
    ]
    await eventually(lambda: bool(rig.deliverer.calls))
    gate.set()
    outcomes = [result.outcome for results in await asyncio.gather(*answers) for result in results]
    assert outcomes == [Outcome.DELIVERED] * 3


async def test_who_waits_no_longer_lets_the_stream_in_the_same_lane_go_on() -> None:
    script = lambda key, n: Transient("x") if (key, n) == ("a-1", 1) else Outcome.DELIVERED  # noqa: E731
    rig = Rig(ScriptedDeliverer(script))
    hasty = Patience(delivery=timedelta(0), reply=timedelta(0))
    stream = await rig.pipeline.take(message(*posted("a", 1)))
    answer = asyncio.create_task(rig.pipeline.answer(message(*posted("a", 2)), hasty))
    assert [result.outcome for result in await answer] == [Outcome.RETRY]
    assert await stream is True
    assert rig.deliverer.calls[-1] == ["a-1"]


async def test_who_is_gone_leaves_no_trace() -> None:
    gate = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda _key, _n: gate), in_flight=1)
    answer = asyncio.create_task(rig.pipeline.answer(message(*posted("a", 1)), TIMES))
    await eventually(lambda: bool(rig.deliverer.calls))
    answer.cancel()
    await asyncio.wait([answer])
    assert not rig.pipeline.has_room  # the call goes on
    gate.set()
    await rig.pipeline.room()
    assert rig.count("delivered") == 1
