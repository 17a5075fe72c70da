"""Child processes whose output is told apart by a coloured name, and which never outlive this one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from processctl.errors import ProjectError

_POLL = 0.1
_HIGHEST_PORT = 65535
_LINE_LIMIT = 1 << 20


@dataclass(slots=True)
class ChildProcess:
    """A command that runs until stopped, started again on demand.

    Used as an async context manager it is stopped on the way out.
    """

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log: Callable[[str, str], None]
    """Takes the name and one line of output."""
    grace: float = 30.0
    """Seconds between SIGTERM and SIGKILL."""
    sequel: str = ""
    """What follows when the command ends by itself, for people."""
    _process: asyncio.subprocess.Process | None = None
    _output: asyncio.Task[None] | None = None
    _stopping: bool = field(default=False)

    @property
    def pid(self) -> int | None:
        """The process's ID while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the command in a process group of its own, so that Ctrl-C reaches it through us alone."""
        self._stopping = False
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=self.folder,
            env=dict(self.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=_LINE_LIMIT,
        )
        self._output = asyncio.create_task(self._forward(self._process))

    async def wait(self) -> int:
        """Wait until the command ends and return its exit code."""
        assert self._process is not None  # noqa: S101  started by the caller
        return await self._process.wait()

    async def stop(self) -> int | None:
        """Ask the command to end, insist after `grace`, return its exit code; None if it never started."""
        if self._process is None:
            return None
        self._stopping = True
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), self.grace)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        if self._output is not None:
            await self._output
        return self._process.returncode

    def kill(self) -> None:
        """Send SIGKILL to the command and everything it started."""
        self._stopping = True
        self._signal(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop the command and start it again."""
        await self.stop()
        await self.start()

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    async def _forward(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  it is a pipe
        async for line in process.stdout:
            self.log(self.name, line.decode(errors="replace").rstrip("\r\n"))
        code = await process.wait()
        if not self._stopping:
            self.log(self.name, f"ended with exit code {code}{self.sequel}")

    async def __aenter__(self) -> Self:
        """Start the command."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        await self.stop()


async def ready(url: str) -> None:
    """Wait until `url` answers 200, however long that takes; the caller sets the limit."""
    async with httpx.AsyncClient(timeout=5) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(_POLL)


def require_free_port(port: int, purpose: str, option: str) -> None:
    """Check that nothing listens on `port` of this machine.

    Raises:
        ProjectError: something does, or there is no such port.
    """
    if port > _HIGHEST_PORT:
        raise ProjectError(f"there is no port {port}, for {purpose}: choose a lower one with {option}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ProjectError(
                f"port {port}, for {purpose}, is taken: stop the program that listens there, or choose "
                f"another with {option}"
            ) from error
