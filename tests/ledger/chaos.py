"""What is killed, paused and restarted when: drawn from a seed, before anything runs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What happens to a program."""

    KILL = "kill"
    """SIGKILL, and started again."""
    PAUSE = "pause"
    """SIGSTOP, and SIGCONT."""
    RESTART = "restart"
    """SIGTERM, and started again once it has ended."""


@dataclass(frozen=True)
class Strike:
    """One program is taken away for a while."""

    at: float
    """Seconds since the producers began."""
    target: str
    action: Action
    away: float
    """Seconds until it is started again or goes on."""

    @property
    def back(self) -> float:
        """When it is started again or goes on, in seconds since the producers began."""
        return self.at + self.away

    def __str__(self) -> str:
        return f"{self.at:.1f} s: {self.action} {self.target} for {self.away:.1f} s"


GAPS: Final = (0.5, 5.0)
"""Seconds between two strikes."""
SHORT: Final = (0.2, 4.0)
LONG: Final = (10.0, 16.0)
"""Seconds of a pause that outlasts what brokers bear of a consumer, so that another one takes over."""
_LONG_PAUSES: Final = 0.5
_MOST_AWAY: Final = 3
_RECOVERY: Final = 3.0
"""Seconds that a program gets before it is struck again."""


def strikes(seed: int, seconds: float, targets: Mapping[str, Sequence[str]]) -> list[Strike]:
    """Return the strikes of one run, in order; the same for the same arguments.

    Every action meets every sort of program before one meets it again. At most three programs are away at a
    time, and of one sort never all, unless there is but one.

    Args:
        seed: Of everything that is random.
        seconds: When the last program is back at the latest.
        targets: The names of the programs, by sort.
    """
    draw = random.Random(seed)
    struck: list[Strike] = []
    moment = 0.0
    for sort, action in _rounds(draw, [*itertools.product(targets, Action)]):
        moment += draw.uniform(*GAPS)
        long = action is Action.PAUSE and draw.random() < _LONG_PAUSES
        away = draw.uniform(*(LONG if long else SHORT))
        moment = _free(moment, struck, targets[sort])
        if moment + away > seconds:
            return struck
        able = [name for name in targets[sort] if not _is_away(name, moment, struck)]
        struck.append(Strike(round(moment, 3), draw.choice(able), action, round(away, 3)))
    raise AssertionError  # the rounds never end


def _rounds(draw: random.Random, pairs: Sequence[tuple[str, Action]]) -> Iterator[tuple[str, Action]]:
    while True:
        yield from draw.sample(pairs, len(pairs))


def _free(moment: float, struck: Sequence[Strike], names: Sequence[str]) -> float:
    """The first moment from `moment` on at which one of `names` can be struck."""
    ends = sorted(strike.back + _RECOVERY for strike in struck if strike.back + _RECOVERY > moment)
    return next(at for at in (moment, *ends) if _may_strike(at, struck, names))


def _may_strike(moment: float, struck: Sequence[Strike], names: Sequence[str]) -> bool:
    away = [strike.target for strike in struck if strike.at <= moment < strike.back + _RECOVERY]
    spared = [name for name in names if name not in away]
    return len(away) < _MOST_AWAY and len(spared) > (len(names) > 1)


def _is_away(name: str, moment: float, struck: Sequence[Strike]) -> bool:
    return any(strike.target == name and strike.at <= moment < strike.back + _RECOVERY for strike in struck)
