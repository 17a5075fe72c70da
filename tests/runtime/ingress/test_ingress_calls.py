"""How many calls there are at once and in a second, and who is next when they wait."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.ingress import calls as calls_module
from process_runtime.ingress.calls import CallLimits, Calls
from process_runtime.ingress.deliver import NoProcess
from process_runtime.ingress.events import Outcome, Reason, Rejection, Transient
from process_runtime.priority import TaskPriorities
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer, message


class Callers:
    """Callers that note the order in which they had their turn."""

    def __init__(self, at_once: int = 1, per_second: float | None = None) -> None:
        self.calls = Calls(CallLimits(at_once=at_once, per_second=per_second))
        self.order: list[str] = []
        self.under_way = 0
        self.most = 0

    async def had(self, turns: int) -> None:
        """Go on as soon as so many have had their turn, and not later."""
        while len(self.order) < turns:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def call(self, tenant: str, weight: float = 1.0) -> None:
        with await self.calls.turn(tenant, weight):
            self.order.append(tenant)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            try:
                await asyncio.sleep(0)
            finally:
                self.under_way -= 1


async def test_no_more_calls_are_under_way_than_may_be() -> None:
    callers = Callers(at_once=3)
    await asyncio.gather(*(callers.call("") for _ in range(50)))
    assert callers.most == 3
    assert len(callers.order) == 50


async def test_a_cold_tenant_is_served_at_once_though_a_hot_one_has_thousands_waiting() -> None:
    callers = Callers(at_once=2)
    hot = [asyncio.create_task(callers.call("hot")) for _ in range(3_000)]
    await callers.had(10)
    before = len(callers.order)
    await callers.call("cold")
    assert callers.order[before:].index("cold") <= 4
    await asyncio.gather(*hot)


async def test_tenants_share_by_weight_while_they_wait() -> None:
    callers = Callers()
    tasks = [asyncio.create_task(callers.call("light")) for _ in range(100)]
    tasks += [asyncio.create_task(callers.call("heavy", 3.0)) for _ in range(100)]
    await asyncio.gather(*tasks)
    assert 58 <= Counter(callers.order[:80])["heavy"] <= 61


async def test_who_comes_late_has_saved_up_nothing() -> None:
    callers = Callers()
    first = [asyncio.create_task(callers.call("early")) for _ in range(50)]
    await callers.had(20)
    before = len(callers.order)
    late = [asyncio.create_task(callers.call("late")) for _ in range(10)]
    await asyncio.gather(*first, *late)
    turns = callers.order[before : before + 16]
    assert 7 <= turns.count("late") <= 9


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.5, 1.0, 4.0]), st.booleans()), max_size=40),
    st.integers(1, 4),
)
def test_everybody_has_a_turn_whoever_goes_away(waiting: list[tuple[str, float, bool]], at_once: int) -> None:
    async def run() -> None:
        callers = Callers(at_once)
        tasks = [asyncio.create_task(callers.call(tenant, weight)) for tenant, weight, _ in waiting]
        await asyncio.sleep(0)
        for task, (_, _, goes_away) in zip(tasks, waiting, strict=True):
            if goes_away:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert callers.most <= at_once
        assert all(task.cancelled() == gone for task, (_, _, gone) in zip(tasks, waiting, strict=True))
        # All turns were given back.
        again = [asyncio.create_task(callers.call("")) for _ in range(at_once)]
        await asyncio.gather(*again)

    asyncio.run(run())


async def test_who_goes_away_with_a_turn_just_given_gives_it_back() -> None:
    calls = Calls(CallLimits(at_once=1))
    with await calls.turn():
        waiting = asyncio.create_task(calls.turn())
        await asyncio.sleep(0)
    waiting.cancel()  # the turn is there, and the task has not run since
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with await calls.turn():
        pass


async def test_tenants_who_wait_no_more_are_forgotten() -> None:
    callers = Callers()
    tenants = 5_000
    steady = asyncio.create_task(forever(callers))
    for number in range(tenants):
        await callers.call(f"t{number}")
    assert len(callers.calls._tenants) < tenants / 2
    steady.cancel()


async def forever(callers: Callers) -> None:
    while True:
        await asyncio.gather(callers.call("steady"), callers.call("steady"))


async def test_calls_begin_at_the_rate_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(calls_module, "time", SimpleNamespace(monotonic=lambda: now))
    callers = Callers(at_once=1_000, per_second=80)
    tasks = [asyncio.create_task(callers.call("")) for _ in range(50)]
    # A tenth of a second's at once after a pause, of whatever length.
    for now, begun in ((0.0, 8), (0.0625, 13), (0.125, 18), (100.0, 26), (200.0, 34)):  # noqa: B007
        await eventually(lambda begun=begun: len(callers.order) == begun)  # type: ignore[misc]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(callers.order) == begun
    monkeypatch.setattr(calls_module, "time", time)
    await asyncio.gather(*tasks)
    assert len(callers.order) == 50


async def test_the_pipeline_lets_tenants_take_turns() -> None:
    gate = asyncio.Event()
    deliverer = ScriptedDeliverer(lambda key, _n: gate if key == "first-1" else Outcome.DELIVERED)
    rig = Rig(
        deliverer,
        in_flight=5_000,
        calls=Calls(CallLimits(at_once=1)),
        priorities=TaskPriorities(fairness_field="tenant_id"),
    )
    cold = event("posted", "cold", 1)
    cold.meta.key.tenant_id = "zenith"
    hot = [event("posted", f"hot{number}", 1) for number in range(1_000)]
    events = [event("posted", "first", 1), *hot, cold]
    futures = [await rig.pipeline.take(message(envelope)) for envelope in events]
    await eventually(lambda: bool(deliverer.calls))
    gate.set()
    assert all(await asyncio.gather(*futures))
    assert deliverer.attempts.index("cold-1") <= 4


async def test_a_temporal_that_has_too_much_to_do_gets_fewer_calls_until_it_answers_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(calls_module, "time", SimpleNamespace(monotonic=lambda: now))
    calls = Calls(CallLimits(at_once=64))
    allowed = []
    # Those of one wave fail together, and count once.
    for now in (100.0, 100.0, 104.9, 105.0, *range(110, 160, 5)):  # noqa: B007
        calls.overloaded()
        allowed.append(calls.allowed)
    assert allowed == [32, 32, 32, 16, 8, 4, 2, 1, 1, 1, 1, 1, 1, 1]
    for _ in range(64 * 64):
        calls.answered()
    assert calls.allowed == 64


async def test_a_call_that_is_not_answered_in_time_makes_later_ones_fewer() -> None:
    late = Transient("Temporal did not answer in time", overloaded=True)
    calls = Calls(CallLimits(at_once=8))
    rig = Rig(ScriptedDeliverer(lambda _key, n: late if n == 1 else Outcome.DELIVERED), calls=calls)
    assert await (await rig.pipeline.take(message(event("posted", "a", 1))))
    assert 4 <= calls.allowed < 8
    futures = [await rig.pipeline.take(message(event("posted", f"b{number}", 1))) for number in range(50)]
    assert all(await asyncio.gather(*futures))


@pytest.mark.parametrize("answer", [Rejection(Reason.LATE, "closed"), NoProcess()])
async def test_a_refusal_is_an_answer_too(answer: Exception) -> None:
    calls = Calls(CallLimits(at_once=8))
    calls.overloaded()
    rig = Rig(ScriptedDeliverer(lambda _key, _n: answer), MemoryDeadLetters(), calls=calls)
    futures = [await rig.pipeline.take(message(event("posted", f"k{number}", 1))) for number in range(50)]
    assert all(await asyncio.gather(*futures))
    assert calls.allowed == 8
