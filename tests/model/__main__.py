"""Looks for a scenario in which the real account and the model differ: `python -m tests.model`."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.ending import exit_process
from process_runtime.testing.servers import temporal_cli
from tests.model.driver import run_scenarios
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
    """Run scenarios on a server of their own, telling how it goes; what differed, a line each."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_cli()),
        data_converter=data_converter(),
        dev_server_log_level="never",
    )
    async with environment:
        with tempfile.TemporaryDirectory() as folder:
            return await run_scenarios(environment.client, todo, Path(folder), lanes=lanes, tell=print)


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
    exit_process(main())
