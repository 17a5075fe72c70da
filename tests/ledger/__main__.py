"""The ledger test for minutes, as often and as long as one likes: `python -m tests.ledger`."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from pathlib import Path

from process_runtime.ending import exit_process
from tests.ledger.brokers import BROKERS
from tests.ledger.chaos import strikes
from tests.ledger.run import TARGETS, Outcome, Plan, run

_MOST_FAULTS = 100


def main() -> int:
    """Run it once; exit code 1 when something is missing, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.ledger", description=__doc__)
    parser.add_argument("--broker", choices=sorted(BROKERS), default="kafka")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--keys", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--folder", type=Path, help="for data and logs; kept if something is wrong")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="ledger-"))
    folder.mkdir(parents=True, exist_ok=True)
    seconds = arguments.minutes * 60
    plan = Plan(
        events=arguments.events,
        keys=arguments.keys,
        seconds=seconds,
        seed=arguments.seed,
        strikes=strikes(arguments.seed, seconds, TARGETS),
    )
    print(f"seed {plan.seed}, {arguments.broker}; logs in {folder}")
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:7.1f} {text}", flush=True)

    outcome = asyncio.run(run(plan, BROKERS[arguments.broker](folder), folder, tell))
    return report(outcome, plan, folder)


def report(outcome: Outcome, plan: Plan, folder: Path) -> int:
    """Print what came of it, and keep the logs if something is wrong."""
    print(
        f"applied {outcome.applied}, repeated and dropped {outcome.duplicates}, "
        f"dead letters {outcome.letters}, "
        f"new runs {outcome.runs}, drained after {outcome.drained_after:.1f} s"
    )
    for fault in outcome.faults[:_MOST_FAULTS]:
        print(f"FAULT {fault}")
    if outcome.faults:
        print(f"{len(outcome.faults)} faults with seed {plan.seed}; logs in {folder}")
        return 1
    shutil.rmtree(folder)
    print(f"each event is applied once and in order, or a dead letter (seed {plan.seed})")
    return 0


if __name__ == "__main__":
    exit_process(main())
