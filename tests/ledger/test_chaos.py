"""The schedule of a seed: the same every time, and fit to be survived."""

from __future__ import annotations

import itertools

import pytest

from tests.ledger.chaos import LONG, Action, Strike, strikes

TARGETS = {
    "ingress": ["ingress-0", "ingress-1", "ingress-2"],
    "worker": ["worker-0", "worker-1"],
    "temporal": ["temporal"],
    "broker": ["broker"],
}


def test_a_seed_gives_the_same_strikes() -> None:
    assert strikes(7, 300, TARGETS) == strikes(7, 300, TARGETS)
    assert strikes(7, 300, TARGETS) != strikes(8, 300, TARGETS)
    assert strikes(7, 1, TARGETS) == []


@pytest.mark.parametrize("seed", range(30))
def test_everything_is_struck_in_every_way_and_enough_is_left(seed: int) -> None:
    struck = strikes(seed, 300, TARGETS)
    assert [strike.at for strike in struck] == sorted(strike.at for strike in struck)
    assert all(strike.back <= 300 for strike in struck)
    sorts = {name: sort for sort, names in TARGETS.items() for name in names}
    met = {(sorts[strike.target], strike.action) for strike in struck}
    assert met == {*itertools.product(TARGETS, Action)}
    assert {strike.target for strike in struck} == {*sorts}
    assert any(strike.away >= LONG[0] for strike in struck)
    for strike in struck:
        away = [other.target for other in struck if other.at <= strike.at < other.back]
        assert len(away) == len({*away}) <= 3
        for names in TARGETS.values():
            assert len(names) == 1 or {*names} - {*away}


def test_a_strike_says_what_it_is() -> None:
    assert str(Strike(2, "worker-1", Action.PAUSE, 10)) == "2.0 s: pause worker-1 for 10.0 s"
