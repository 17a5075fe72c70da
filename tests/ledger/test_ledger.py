"""What producers send through real brokers, while everything is killed, is applied once and in order.

`make soak` does the same for minutes, with more of everything and at random.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.ledger.brokers import BROKERS
from tests.ledger.chaos import Action, Strike
from tests.ledger.run import Plan, run

PLAN = Plan(
    events=400,
    keys=20,
    seconds=9,
    seed=1,
    strikes=[
        # Longer than either broker bears: another replica takes over, and this one wakes amid that.
        Strike(0.5, "ingress-0", Action.PAUSE, 8.5),
        Strike(1.5, "temporal", Action.KILL, 0.5),
        Strike(3.5, "worker-0", Action.KILL, 0.5),
        Strike(5.0, "broker", Action.KILL, 0.5),
        Strike(7.5, "ingress-1", Action.KILL, 0.5),
    ],
)


@pytest.mark.requirement("R018", "R091", "R111")
@pytest.mark.xdist_group("ledger")
@pytest.mark.parametrize("broker", ["kafka", "nats"])
async def test_each_event_is_applied_once_and_in_order_whatever_is_killed(
    broker: str, tmp_path: Path
) -> None:
    began, course = time.monotonic(), [f"seed {PLAN.seed}, logs in {tmp_path}"]

    def tell(text: str) -> None:
        course.append(f"{time.monotonic() - began:6.1f} {text}")

    outcome = await run(PLAN, BROKERS[broker](tmp_path), tmp_path, tell)
    assert not outcome.faults, "\n".join([*course, *outcome.faults])
    assert outcome.applied == PLAN.events
    assert outcome.letters == 3
    assert outcome.runs > 0
