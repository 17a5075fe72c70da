"""Executions begun under a released contract go on under today's, which has a further start version."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.golden import cases

pytestmark = pytest.mark.asyncio(loop_scope="session")

RELEASED = cases.ROOT / "testdata" / "released"
PROGRAM = Path(__file__).with_name("lease_program.py")
# Of leases that began and ended under the first release, as `before[ended]["history"]` below.
RECORDED = RELEASED / "lease_v1" / "histories"


@dataclass(frozen=True)
class Release:
    """A release of the lease process, generated from its contract."""

    root: Path

    async def run(self, *arguments: str | Path) -> dict[str, Any]:
        """Run the program with this release's messages and code."""
        roots = [self.root, self.root / "generated", cases.ROOT, cases.ROOT / "gen"]
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, str(PROGRAM), *map(str, arguments)],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, roots))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        outcomes: dict[str, Any] = json.loads(done.stdout or "{}")
        return outcomes


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """The first release, and today's."""
    return [generate(name, tmp_path_factory.mktemp(name)) for name in ("lease_v1", "lease_v2")]


def generate(name: str, root: Path) -> Release:
    plugin = root / "plugin"
    plugin.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from protoc_gen_process.plugin import run; run()'\n"
    )
    plugin.chmod(0o755)
    out = root / "generated"
    out.mkdir()
    cases.run_protoc(
        RELEASED / name / "proto",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--plugin=protoc-gen-process={plugin}",
        f"--process_out={out}",
    )
    shutil.copytree(RELEASED / name / "processes", root / "processes")
    return Release(root)


async def test_an_execution_begun_under_the_first_release_ends_under_todays(
    temporal_env: WorkflowEnvironment,
    releases: list[Release],
    tmp_path: Path,
) -> None:
    first, today = releases
    running, ended, new = (str(uuid.uuid4()) for _ in range(3))
    address = temporal_env.client.service_client.config.target_host
    server = ("--address", address, "--queue", f"lease-{uuid.uuid4()}")
    before = await first.run(*server, "--begin", running, ended, "--end", ended)
    assert before[ended]["result"] == "LeaseResultV1"
    after = await today.run(*server, "--begin", new, "--end", running, new)
    starts = [after[lease]["start"] for lease in (running, new)]
    assert starts == ["leases.v1.LeaseStartV1", "leases.v1.LeaseStartV2"]
    told = [(after[lease]["result"], after[lease]["currency"]) for lease in (running, new)]
    assert told == [("LeaseResultV2", "EUR"), ("LeaseResultV2", "")]
    assert [outcome["paid_cents"] for outcome in (before | after).values()] == [200, 200, 200]
    history = tmp_path / "ended.json"
    history.write_text(before[ended]["history"])
    await today.run("--replay", history)


@pytest.mark.requirement("R002")
async def test_histories_of_the_first_release_replay_on_todays_code(releases: list[Release]) -> None:
    recorded = sorted(RECORDED.glob("*.json"))
    assert recorded
    await releases[1].run("--replay", *recorded)


async def test_a_history_that_todays_code_does_not_repeat_is_found(
    releases: list[Release], tmp_path: Path
) -> None:
    [history, *_] = sorted(RECORDED.glob("*.json"))
    broken = tmp_path / "broken.json"
    # A timer that the code never starts.
    tree = json.loads(history.read_text())
    place = next(i for i, e in enumerate(tree["events"]) if "workflowTaskCompletedEventAttributes" in e)
    timer = {
        "eventId": str(place + 2),
        "eventType": "EVENT_TYPE_TIMER_STARTED",
        "timerStartedEventAttributes": {
            "timerId": "1",
            "startToFireTimeout": "9s",
            "workflowTaskCompletedEventId": str(place + 1),
        },
    }
    tree["events"] = [*tree["events"][: place + 1], timer]
    broken.write_text(json.dumps(tree))
    with pytest.raises(AssertionError, match="ondeterminism"):
        await releases[1].run("--replay", broken)
