"""A process on a real server against plain Python, under everything that may go wrong.

Duplicates, stale versions, Continue-As-New at random points, SIGKILL of the worker, refusals, failure and
cancellation. `python -m tests.model` looks for more than the suite has time for.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing import SESSION
from tests.model.__main__ import random_scenarios
from tests.model.driver import run_scenarios
from tests.model.scenario import Scenario
from tests.runtime.workflow.ledger.registration import REGISTRATION

CORPUS = Path(__file__).with_name("corpus.jsonl")

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("R002", "R018")
async def test_an_account_becomes_what_the_model_says(
    temporal_env: WorkflowEnvironment, tmp_path: Path
) -> None:
    scenarios = [Scenario.from_json(line) for line in CORPUS.read_text().splitlines()]
    replayed = partial(SESSION.serve, registration=REGISTRATION)
    differences = await run_scenarios(temporal_env.client, scenarios, tmp_path, lanes=4, serving=replayed)
    assert not differences, "\n".join(differences)


async def test_the_same_seed_gives_the_same_scenarios() -> None:
    scenarios = random_scenarios(20, 4)
    assert scenarios == random_scenarios(20, 4)
    assert [Scenario.from_json(scenario.to_json()) for scenario in scenarios] == scenarios
