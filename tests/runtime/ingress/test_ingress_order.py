"""The laws of order and settling: in order for each key, positions only past what is settled."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.ingress.lanes import KeyLanes
from process_runtime.ingress.settle import ContiguousPositions


@given(st.permutations(range(12)), st.integers(0, 12))
def test_a_position_passes_only_what_is_settled_without_a_gap(order: list[int], count: int) -> None:
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


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30))
def test_jobs_of_a_key_run_in_order_one_at_a_time(jobs: list[tuple[str, int]]) -> None:
    async def run() -> None:
        lanes: KeyLanes[int] = KeyLanes()
        finished: dict[str, list[int]] = defaultdict(list)
        running: dict[str, int] = defaultdict(int)

        async def job(key: str, number: int, turns: int) -> int:
            running[key] += 1
            assert running[key] == 1
            for _ in range(turns):
                await asyncio.sleep(0)
            running[key] -= 1
            finished[key].append(number)
            if turns == 3:
                raise ValueError(number)
            return number

        futures = [
            lanes.submit(key, lambda key=key, number=number, turns=turns: job(key, number, turns))  # type: ignore[misc]
            for number, (key, turns) in enumerate(jobs)
        ]
        results = await asyncio.gather(*futures, return_exceptions=True)
        assert [result if isinstance(result, int) else result.args[0] for result in results] == list(
            range(len(jobs))
        )
        for key, numbers in finished.items():
            assert numbers == [number for number, (owner, _) in enumerate(jobs) if owner == key]

    asyncio.run(run())


async def test_a_slow_key_does_not_hold_up_another() -> None:
    lanes: KeyLanes[str] = KeyLanes()
    release = asyncio.Event()

    async def slow() -> str:
        await release.wait()
        return "slow"

    async def quick() -> str:
        return "quick"

    first = lanes.submit("a", slow)
    assert await lanes.submit("b", quick) == "quick"
    behind = lanes.submit("a", quick)
    await asyncio.sleep(0)
    assert not behind.done()
    release.set()
    assert await first == "slow"
    assert await behind == "quick"


async def test_cancelling_abandons_what_runs_and_what_waits() -> None:
    lanes: KeyLanes[None] = KeyLanes()

    async def forever() -> None:
        await asyncio.Event().wait()

    futures = [lanes.submit("a", forever), lanes.submit("a", forever), lanes.submit("b", forever)]
    await asyncio.sleep(0)
    await lanes.cancel()
    for future in futures:
        with pytest.raises(asyncio.CancelledError):
            await future
