"""The window of idempotency keys is bounded by count and age, and remembers everything inside the bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_runtime.converter import data_converter
from process_runtime.workflow.carried import CarriedState, encode_bytes
from process_runtime.workflow.dedupe import DedupeLimits, DedupeWindow, ReplyCache

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 30)).map(lambda step: (f"k{step[0]}", step[1])), max_size=60
)
COUNTS = st.integers(1, 8)
AGES = st.integers(1, 60)


def model(steps: list[tuple[str, int]], count: int, age: int) -> list[tuple[str, int]]:
    """What is remembered after each step was seen, oldest first: (key, second of first sight)."""
    kept: list[tuple[str, int]] = []
    now = 0
    for key, later in steps:
        now += later
        kept = [entry for entry in kept if entry[1] >= now - age]
        if key not in dict(kept):
            kept = [*kept, (key, now)][-count:]
    return kept


@given(steps=STEPS, count=COUNTS, age=AGES)
def test_the_window_remembers_exactly_the_newest_keys_within_its_limits(
    steps: list[tuple[str, int]], count: int, age: int
) -> None:
    window = DedupeWindow(DedupeLimits(count=count, age=timedelta(seconds=age)))
    now = EPOCH
    for key, later in steps:
        now += timedelta(seconds=later)
        if not window.contains(key, now):
            window.add(key, now)
        assert len(window) <= count
    expected = {key for key, _ in model(steps, count, age)}
    assert {key for key, _ in steps if window.contains(key, now)} == expected


@given(steps=STEPS, count=COUNTS, age=AGES)
def test_the_window_survives_being_carried(steps: list[tuple[str, int]], count: int, age: int) -> None:
    limits = DedupeLimits(count=count, age=timedelta(seconds=age))
    window, now = DedupeWindow(limits), EPOCH
    for key, later in steps:
        now += timedelta(seconds=later)
        window.add(key, now)
        window = DedupeWindow(limits, window.to_bytes())
    twin = DedupeWindow(limits, window.to_bytes())
    keys = {key for key, _ in steps}
    then = now + timedelta(seconds=age / 2)
    assert {k for k in keys if window.contains(k, then)} == {k for k in keys if twin.contains(k, then)}


def test_ten_thousand_keys_are_carried_in_less_than_200_kilobytes() -> None:
    window = DedupeWindow(DedupeLimits())
    for number in range(20_000):
        window.add(f"a-rather-long-idempotency-key-{number:040}", EPOCH)
    assert len(window) == 10_000
    carried = CarriedState(run_epoch=1, seq=20_000, applied=20_000, seen=encode_bytes(window.to_bytes()))
    [payload] = data_converter().payload_converter.to_payloads([carried])
    assert payload.ByteSize() < 200_000


def test_what_is_forgotten_is_told_with_the_limit_that_it_met() -> None:
    window = DedupeWindow(DedupeLimits(count=2, age=timedelta(seconds=10)))
    later = EPOCH + timedelta(seconds=11)
    forgotten = [
        window.add(key, now) for key, now in (("a", EPOCH), ("b", EPOCH), ("c", EPOCH), ("d", later))
    ]
    assert forgotten == [(0, 0), (0, 0), (1, 0), (0, 2)]
    assert window.oldest == later


def test_looking_a_key_up_changes_nothing() -> None:
    window = DedupeWindow(DedupeLimits(age=timedelta(seconds=10)))
    window.add("a", EPOCH)
    assert not window.contains("a", EPOCH + timedelta(seconds=11))
    assert window.contains("a", EPOCH)


def test_a_key_that_was_forgotten_is_applied_again() -> None:
    window = DedupeWindow(DedupeLimits())
    window.add("k", EPOCH)
    window.forget("k")
    assert not window.contains("k", EPOCH)


def test_a_key_that_comes_again_is_remembered_even_if_the_clock_went_back() -> None:
    window = DedupeWindow(DedupeLimits(age=timedelta(seconds=60)))
    window.add("newer", EPOCH + timedelta(seconds=30))
    window.add("older", EPOCH)
    later = EPOCH + timedelta(seconds=70)
    assert not window.contains("older", later)
    window.add("older", later)
    assert window.contains("older", later)
    assert len(window) == 2


@pytest.mark.parametrize("bad", [{"count": 0}, {"age": timedelta(0)}, {"aggregates": 0}])
def test_limits_that_remember_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        DedupeLimits(**bad)  # type: ignore[arg-type]


@given(sizes=st.lists(st.integers(0, 40_000), max_size=20))
def test_replies_are_bounded_in_number_and_size(sizes: list[int]) -> None:
    replies = ReplyCache({})
    for number, size in enumerate(sizes):
        replies.put(str(number), b"x" * size)
        kept = replies.items()
        assert sum(map(len, kept.values())) <= 64 * 1024
        # The newest are kept, without a gap.
        assert list(kept) == [str(n) for n in range(number + 1 - len(kept), number + 1)]
