"""Looks for a scenario in which the real account and the model differ: `python -m tests.model`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.testing.servers import temporal_cli
from tests.model.driver import Driver, Workers
from tests.model.scenario import Scenario, scenarios


def random_scenarios(count: int, random_seed: int) -> list[Scenario]:
    """Scenarios; the same seed gives the same ones."""
    drawn: list[Scenario] = []

    @seed(random_seed)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def draw(scenario: Scenario) -> None:
        drawn.append(scenario)

    draw()
    return drawn


async def run_all(todo: Sequence[Scenario], lanes: int) -> list[str]:
    """Run scenarios in several lanes, each with its own worker to kill, and return what differed."""
    differences: list[str] = []
    waiting, began = list(reversed(todo)), time.monotonic()
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_cli()),
        data_converter=data_converter(),
        dev_server_log_level="never",
    )

    async def lane(client: Client, folder: Path) -> None:
        queue = f"model-{uuid.uuid4()}"
        with Workers(client.service_client.config.target_host, queue, folder) as workers:
            driver = Driver(client, queue, workers)
            while waiting:
                scenario = waiting.pop()
                try:
                    await driver.run(scenario)
                except AssertionError as difference:
                    differences.append(f"{scenario.to_json()}\n  {difference}")
                    print(differences[-1], flush=True)
                done = len(todo) - len(waiting)
                if done % 25 == 0:
                    print(f"{done} scenarios begun, {time.monotonic() - began:.0f} s", flush=True)

    async with environment:
        with tempfile.TemporaryDirectory() as folder:
            async with asyncio.TaskGroup() as group:
                for _ in range(lanes):
                    group.create_task(lane(environment.client, Path(tempfile.mkdtemp(dir=folder))))
    return differences


def main() -> int:
    """Run scenarios; exit code 1 when one differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--lanes", type=int, default=4, help="workers that run scenarios at a time")
    parser.add_argument("--corpus", type=Path, help="run the scenarios of this file instead")
    arguments = parser.parse_args()
    if arguments.corpus is None:
        todo = random_scenarios(arguments.examples, arguments.seed)
    else:
        todo = [Scenario.from_json(line) for line in arguments.corpus.read_text().splitlines()]
    differences = asyncio.run(run_all(todo, arguments.lanes))
    origin = f"seed {arguments.seed}" if arguments.corpus is None else str(arguments.corpus)
    print(f"{len(todo)} scenarios ({origin}), {len(differences)} with a difference")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
