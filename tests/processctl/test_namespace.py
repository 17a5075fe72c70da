"""`processctl search-attributes` and `schedules` of a generated repo, against a real server."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.golden.workspace import Workspace
from tests.runtime.workflow.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUF = """version: v2
plugins:
  - protoc_builtin: python
    out: build/generated/python
  - local: protoc-gen-process
    out: build/generated/process
    strategy: all
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    lines: list[str]
    error: str


Run = Callable[..., Coroutine[None, None, Said]]


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A process with schedules and one with a search attribute, generated; without people's modules."""
    root = tmp_path_factory.mktemp("namespace")
    workspace = Workspace(root, ["price_feed", "subscription_billing"])
    for people in root.glob("processes/*/*.py"):
        people.unlink()
    (workspace.root / "buf.gen.yaml").write_text(BUF)
    wrong = {"price-fed": {}, "price-feed": {"nightly": [{"feed": "metals"}], "often": []}}
    (root / "wrong.json").write_text(json.dumps(wrong))
    monthly = {"price-feed": {name: [{"feed_id": "fx"}] for name in ("nightly", "often", "monthly")}}
    (root / "all.json").write_text(json.dumps(monthly))
    return root


@pytest_asyncio.fixture(loop_scope="session")
async def processctl(repo: Path, empty_namespace: Client) -> Run:
    environment = os.environ | {
        "TEMPORAL_ADDRESS": empty_namespace.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": empty_namespace.namespace,
    }

    async def run(*arguments: str, **more: str) -> Said:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", "from processctl.main import main; main()", *arguments, "-C", str(repo)],
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout.splitlines(), done.stderr)

    return run


async def test_search_attributes_are_named_registered_and_found(processctl: Run) -> None:
    before = await processctl("search-attributes", "check")
    assert before.code == 1
    assert "BillingPlan (Keyword)" in before.error
    assert "Traceback" not in before.error
    applied = await processctl("search-attributes", "apply")
    assert (applied.code, applied.lines) == (0, ["BillingPlan (Keyword): registered"])
    again = await processctl("search-attributes", "apply")
    assert again.lines == ["BillingPlan (Keyword): there"]
    after = await processctl("search-attributes", "check")
    assert (after.code, after.lines) == (0, ["BillingPlan (Keyword): there"])


async def test_schedules_are_listed_compared_applied_and_removed(
    processctl: Run,
    repo: Path,
    empty_namespace: Client,
) -> None:
    everything = str(repo / "all.json")
    ids = [f"schedule/price-feed/{name}/fx" for name in ("nightly", "often", "monthly")]
    listed = await processctl("schedules", "list", "--keys", everything)
    assert (listed.code, listed.lines) == (0, ids)
    compared = await processctl("schedules", "diff", SCHEDULE_KEYS_FILE=everything)
    assert compared.lines == [f"+ {name}" for name in sorted(ids)]
    assert (await processctl("schedules", "apply", "--keys", everything)).lines == compared.lines
    assert (await processctl("schedules", "diff", "--keys", everything)).lines == [
        f"= {name}" for name in sorted(ids)
    ]

    async def shown() -> bool:
        return len([each async for each in await empty_namespace.list_schedules()]) == len(ids)

    await eventually(shown)
    # Another task queue is another deployment: its schedules stand beside.
    other = await processctl("schedules", "diff", "--keys", everything, TEMPORAL_TASK_QUEUE="blue")
    assert other.lines[0] == "+ schedule/price-feed@blue/monthly/fx"
    assert not [line for line in other.lines if line.startswith("-")]


async def test_what_stands_in_the_way_is_one_message(processctl: Run, repo: Path) -> None:
    # Without keys, a process whose ID holds the key has no schedules.
    assert (await processctl("schedules", "list")).lines == []
    wrong = await processctl("schedules", "list", "--keys", str(repo / "wrong.json"))
    assert wrong.code == 1
    assert wrong.error.splitlines() == [
        "SCHEDULE_KEYS_FILE: price-fed: no such process, or one without schedules",
        "SCHEDULE_KEYS_FILE: price-feed.nightly: a key has the fields feed_id, all of them and no others",
    ]
    away = await processctl("search-attributes", "check", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert away.code == 1
    assert away.error.startswith("Temporal at 127.0.0.1:1: ")
    assert "Traceback" not in away.error
    unset = await processctl("schedules", "apply", TEMPORAL_ADDRESS="")
    assert unset.code == 1
    assert "TEMPORAL_ADDRESS: is not set" in unset.error
