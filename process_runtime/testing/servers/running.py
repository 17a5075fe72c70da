"""A server as a child process that keeps its data: it can be killed, paused and started again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from process_runtime.testing.servers.cache import ServerError

__all__ = ["RunningServer", "free_port"]

_POLL_SECONDS: Final = 0.05
_LOG_BYTES: Final = 2000
_PORTS: Final = (10_000, 32_000)
# Not the module's own generator: a test may have seeded that one, here and in the process beside this one.
_any = random.SystemRandom()
_given: set[int] = set()


def free_port() -> int:
    """Return a TCP port of this machine that nobody uses now, another one each time.

    None of those that the system hands out to clients: a server that is away would lose it to one of them.
    """
    while True:
        port = _any.randrange(*_PORTS)
        if port in _given:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _given.add(port)
            return port


class RunningServer(ABC):
    """One server below `folder`, on the same port and with the same data whenever it runs.

    Every call blocks until it is done; in an event loop, use ``asyncio.to_thread``.
    """

    def __init__(self, folder: Path, *, startup: float = 60) -> None:
        """Prepare a server.

        Args:
            folder: Keeps data, configuration and log; made if need be.
            startup: Longest wait for the server to answer, in seconds.
        """
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.log = folder / "server.log"
        self.exit_code: int | None = None
        """Of its last end, as ``subprocess`` tells it: below zero, the signal that ended it."""
        self._startup = startup
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """``host:port`` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process ID while the server runs."""
        return None if self._process is None else self._process.pid

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the command that runs the server; called at every start."""

    def environment(self) -> Mapping[str, str] | None:
        """Return the environment of the server; None for this program's own."""
        return None

    @property
    def has_ended(self) -> bool:
        """Whether the server has ended by itself since it was started."""
        return self._process is not None and self._process.poll() is not None

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server can be used now; asked again and again while it starts."""

    def start(self) -> None:
        """Start the server with the data that are there, and wait until it answers.

        Raises:
            ServerError: It ended, or did not answer in time; with the end of its log.
        """
        if self._process is not None:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the commands are ours
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment(),
            )
        deadline = time.monotonic() + self._startup
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                text = self.log.read_bytes()[-_LOG_BYTES:].decode(errors="replace")
                raise ServerError(f"{type(self).__name__} does not answer:\n{text}")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """End the server as an operator would, and wait for its end; killed if it does not come."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server with SIGKILL: it has no time to write anything."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Stop the server in its tracks: its connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)
        if self._process is not None and self._process.poll() is None:
            # Its threads may go on for a moment after the signal is sent.
            os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let a paused server go on."""
        self._signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(number)
        # A paused process takes SIGTERM only once it goes on.
        self._signal(signal.SIGCONT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self._startup)
        self._process.kill()
        self.exit_code = self._process.wait()
        self._process = None
