"""A worker that dies with SIGKILL in the middle of an order costs nothing but time."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.e2e.folders import Folder


@pytest.mark.xdist_group("example")
def test_a_killed_worker_completes_the_order_and_no_effect_happens_twice(example: Folder) -> None:
    example.run("processctl", "generate")
    roots = [".", "build/generated/python", "build/generated/process"]
    done = example.run(
        "python", Path(__file__).with_name("crash_scenario.py"), PYTHONPATH=os.pathsep.join(roots)
    )
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome == {
        "worker_exit_code": -signal.SIGKILL,
        "effects_when_killed": ["payment captured"],
        "status": "completed",
        # Asked for twice, done once.
        "effects": [["payment captured", 2], ["shipment requested", 1], ["customer notified", 1]],
    }
