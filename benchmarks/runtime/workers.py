"""Workers as programs of their own, and what they take."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client

from benchmarks.harness import BenchmarkError
from benchmarks.runtime.customers import Target

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, kw_only=True)
class Program:
    """What `python -m` is given."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def running(
    programs: Mapping[Target, Program], client: Client, folder: Path
) -> Iterator[dict[Target, Process]]:
    """Run a worker for each target."""
    bindings = folder / "bindings.json"
    bindings.write_text(json.dumps({"order-outcomes": {"path": str(folder / "facts.jsonl")}}))
    environment = {
        **os.environ,
        "ORDER_OUTCOMES": str(folder / "outcomes.jsonl"),
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "PORT_HTTP": "127.0.0.1:0",
        "PUBLISH_BINDINGS_FILE": str(bindings),
        "LOG_LEVEL": "ERROR",
    }
    processes: dict[Target, Process] = {}
    try:
        for target, program in programs.items():
            processes[target] = subprocess.Popen(
                [sys.executable, "-m", *program.arguments],
                env={**environment, "TEMPORAL_TASK_QUEUE": target.task_queue, **program.environment},
                stdout=sys.stderr,
            )
        yield processes
    finally:
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        for process in processes.values():
            process.wait(60)


def cpu_seconds(process: Process) -> float:
    """User and system time of a running process, from Linux.

    Raises:
        BenchmarkError: It has ended.
    """
    # Counted from after the name, which stands in parentheses and may hold anything.
    fields = _proc(process, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: Process) -> float:
    """Resident memory of a running process in MB (10^6 bytes), from Linux.

    Raises:
        BenchmarkError: It has ended.
    """
    return int(_proc(process, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _proc(process: Process, name: str) -> str:
    if process.poll() is not None:
        raise BenchmarkError(f"{process.args!r} ended with exit code {process.returncode}")
    return Path(f"/proc/{process.pid}/{name}").read_text()
