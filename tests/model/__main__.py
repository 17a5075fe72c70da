"""Searches for scenarios in which the real account and the model differ: `python -m tests.model`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.testing.servers import temporal_cli
from tests.model.driver import Driver, Workers
from tests.model.scenario import Scenario, scenarios


def search(run: Callable[[Scenario], None], examples: int, random_seed: int, *, shrink: bool) -> None:
    """Run random scenarios until one differs, which is printed as a line for the corpus.

    Args:
        run: Leads an account through a scenario.
        examples: How many.
        random_seed: The same seed gives the same scenarios.
        shrink: Whether to look for a shorter scenario that differs too, which takes minutes.
    """
    began, count = time.monotonic(), 0

    @seed(random_seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )
    @given(scenarios())
    def agrees(scenario: Scenario) -> None:
        nonlocal count
        count += 1
        try:
            run(scenario)
        except Exception:
            print(scenario.to_json(), flush=True)
            raise
        if count % 25 == 0:
            print(f"{count} scenarios, {time.monotonic() - began:.0f} s", flush=True)

    agrees()
    print(f"{count} scenarios without a difference (seed {random_seed})")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--shrink", action="store_true", help="make a scenario that differs shorter")
    parser.add_argument("--corpus", type=Path, help="run the scenarios of this file instead")
    arguments = parser.parse_args()
    task_queue = f"model-{uuid.uuid4()}"
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        environment = runner.run(
            WorkflowEnvironment.start_local(
                dev_server_existing_path=str(temporal_cli()),
                data_converter=data_converter(),
                dev_server_log_level="error",
            )
        )
        try:
            address = environment.client.service_client.config.target_host
            with Workers(address, task_queue, Path(folder)) as workers:
                driver = Driver(environment.client, task_queue, workers)

                def run(scenario: Scenario) -> None:
                    runner.run(driver.run(scenario))

                if arguments.corpus is None:
                    search(run, arguments.examples, arguments.seed, shrink=arguments.shrink)
                else:
                    for line in arguments.corpus.read_text().splitlines():
                        print(line, flush=True)
                        run(Scenario.from_json(line))
        finally:
            runner.run(environment.shutdown())
    return 0


if __name__ == "__main__":
    sys.exit(main())
