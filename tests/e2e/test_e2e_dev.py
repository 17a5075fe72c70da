"""`processctl dev`: a whole repo in one terminal, reloaded on change, gone on Ctrl-C."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.folders import BIN, Folder

PATIENCE = 60.0

pytestmark = pytest.mark.xdist_group("example")


class Session:
    """A running `processctl dev` and what it prints."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        self.ports = ports
        options = ("--port", "--worker-port", "--temporal-port", "--ui-port")
        words = [word for option, port in zip(options, ports, strict=True) for word in (option, str(port))]
        self.process = subprocess.Popen(
            [sys.executable, str(BIN / "processctl"), "dev", *words],
            cwd=folder,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def until(self, text: str) -> str:
        """Wait for a line that holds `text` and return it."""
        while True:
            try:
                line = self._queue.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            if line is None:
                pytest.fail(f"no line with {text!r}:\n" + "\n".join(self.lines), pytrace=False)
            self.lines.append(line)
            if text in line:
                return line

    def until_ready(self, url: str) -> None:
        """Wait until the program there is ready: on a busy machine it may lose Temporal for a moment."""
        deadline = time.monotonic() + PATIENCE
        while (answer := httpx.get(f"{url}/readyz", timeout=30)).status_code != httpx.codes.OK:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def session(folder: Folder) -> Iterator[Session]:
    """Run `processctl dev` in `folder`; kill it if the test does not end it."""
    running = Session(folder.path, free_ports(4))
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGINT)
        running.process.wait(PATIENCE)


def test_a_repo_runs_reloads_and_stops(new_repo: Callable[[str], Folder]) -> None:
    repo = new_repo("order-flow")
    with session(repo) as dev:
        dev.until("ready, Temporal UI at")
        ingress, worker, *_ = (f"http://127.0.0.1:{port}" for port in dev.ports)
        event = {
            "meta": {"idempotencyKey": "1", "schemaVersion": 1, "key": {"id": "a"}},
            "requested": {"note": "hello"},
        }
        assert httpx.post(f"{ingress}/events", json=event, timeout=30).status_code == httpx.codes.ACCEPTED
        dev.until_ready(worker)
        assert any(line.startswith("worker ") and " | " in line for line in dev.lines)
        assert any(line.startswith("temporal ") for line in dev.lines)

        human = repo.path / "processes" / "order_flow" / "workflow_impl.py"
        human.write_text(human.read_text() + "\n# saved\n")
        dev.until("code changed: restarting worker and ingress")
        dev.until("ready again")

        proto = next((repo.path / "proto").rglob("*.proto"))
        good = proto.read_text()
        proto.write_text(good.replace("  api_minor: 0\n", ""))
        dev.until("a contract changed: generating")
        assert "api_minor" in dev.until("PGP")
        dev.until_ready(worker)  # what ran goes on
        proto.write_text(
            good.replace(
                "    OrderFlowRequested requested",
                "    OrderFlowSeen seen = 11;\n    OrderFlowRequested requested",
            )
            + _SEEN
        )
        dev.until("scaffold: added on_seen to processes/order_flow/workflow_impl.py")
        dev.until("ready again")

        dev.process.send_signal(signal.SIGINT)
        dev.until("stopped")
        assert dev.process.wait(PATIENCE) == 0
    for port in dev.ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something still listens on {port}"


def test_a_worker_that_cannot_start_says_why_and_the_rest_stays(new_repo: Callable[[str], Folder]) -> None:
    repo = new_repo("order-flow")
    repo.run("processctl", "generate")
    human = repo.path / "processes" / "order_flow" / "activities_impl.py"
    good = human.read_text()
    human.write_text(good + "\nraise RuntimeError('not today')\n")
    with session(repo) as dev:
        dev.until("RuntimeError: not today")
        dev.until("ended with exit code 1; started again when a file changes")
        human.write_text(good)
        dev.until("ready again")


def test_files_and_folders_that_come_later_are_seen(new_repo: Callable[[str], Folder]) -> None:
    repo = new_repo("order-flow")
    proto = next((repo.path / "proto").rglob("*.proto"))
    stream = '  publish: {name: "facts" kind: "jsonl" binding_ref: "facts"}\n  api_minor: 0\n'
    proto.write_text(proto.read_text().replace("  api_minor: 0\n", stream) + _DONE)

    def replace(name: str, text: str) -> None:
        """Save a file as editors do: another takes its name."""
        (repo.path / "saved.tmp").write_text(text)
        (repo.path / "saved.tmp").replace(repo.path / name)

    with session(repo) as dev:
        dev.until("PUBLISH_BINDINGS_FILE: facts: there is no such binding")
        dev.until("ended with exit code 2; started again when a file changes")
        replace("publish.json", json.dumps({"facts": {"path": str(repo.path / "facts.jsonl")}}))
        dev.until("ready again")
        for _ in range(2):
            replace("publish.json", (repo.path / "publish.json").read_text() + "\n")
            dev.until("ready again")
        (repo.path / "library").mkdir()
        (repo.path / "library" / "prices.py").write_text("EUR = 1\n")
        dev.until("ready again")
        (repo.path / "library" / "prices.py").write_text("EUR = 2\n")
        dev.until("ready again")


_DONE = """
message OrderFlowDone {
  option (process.v1.fact) = {direction: OUTBOUND};
  option (ameide_core_proto.common.v1.event_fact) = {type: "order_flow.Done.v1", stream_ref: "facts"};
  string id = 1;
}
"""

_SEEN = """
message OrderFlowSeen {
  option (process.v1.fact) = {};
  option (ameide_core_proto.common.v1.event_fact) = {type: "order_flow.OrderFlowSeen.v1"};
}
"""
