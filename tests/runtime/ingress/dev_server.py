"""A Temporal dev server that a test can kill and start again on the same port with the same history."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from process_runtime.testing.servers import temporal_cli


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class DevServer:
    """`temporal server start-dev` as a child process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(temporal_cli()), "server", "start-dev", "--headless", "--ip", "127.0.0.1"]
        command += ["--port", str(self.port), "--db-filename", str(self.folder / "temporal.db")]
        command += ["--log-level", "never"]
        # What was written outlasts SIGKILL without being on disk, for which to wait takes most of the time.
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=off"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it take calls and answer none, from now on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def connect(self, attempts: int = 200) -> Client:
        """Return a client once the server answers and has its namespace."""
        for attempt in range(attempts):
            try:
                client = await Client.connect(self.address)
                await client.count_workflows()
            except Exception:  # noqa: BLE001
                assert attempt < attempts - 1, (self.folder / "server.log").read_text()
                await asyncio.sleep(0.1)
            else:
                return client
        raise AssertionError


@pytest.fixture(scope="session")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """One for the session, besides `temporal_env`: tests stop it and let it go on."""
    server = DevServer(tmp_path_factory.mktemp("temporal"))
    server.start()
    try:
        asyncio.run(server.connect())
        yield server
    finally:
        server.kill()
