"""Where servers are looked for and kept, and how one is obtained by one process at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs
from temporalio.testing import WorkflowEnvironment

_DOWNLOAD_SECONDS: Final = 120


class ServerError(Exception):
    """A server cannot be had on this machine."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one server is found, or else obtained."""

    title: str
    """For messages, e.g. ``Temporal dev server``."""
    variable: str
    """Environment variable that names an executable."""
    executable: str
    """Looked for in ``PATH``, and its name in the cache."""
    folder: str
    """Of the cache, with the version."""
    build: Callable[[Path], None]
    """Makes the executable without a download; raises `ServerError` saying what to install."""
    download: Callable[[Path], Awaitable[WorkflowEnvironment]] | None = None
    """Starts the server from what the SDK downloads into a folder: the SDK downloads on no other way. None
    for what is always built."""
    downloaded: str = ""
    """Pattern of the file that the SDK then leaves in the folder."""

    def locate(self) -> Path:
        """Return the server's path, obtaining it if need be.

        Says on standard error what takes long. Several processes may ask at once; one obtains it.

        Raises:
            ServerError: It is nowhere, and can neither be downloaded nor built.
        """
        configured = os.environ.get(self.variable)
        if configured:
            if not os.access(configured, os.X_OK):
                raise ServerError(f"{self.variable}: {configured} is not an executable file")
            return Path(configured)
        on_path = shutil.which(self.executable)
        if on_path is not None:
            return Path(on_path)
        cached = cache_folder() / self.folder / self.executable
        if not cached.exists():
            cached.parent.mkdir(parents=True, exist_ok=True)
            with _lock(cached.parent / ".lock"):
                if not cached.exists():
                    self._obtain(cached)
        return cached

    def _obtain(self, target: Path) -> None:
        say(f"{self.title}: not in {self.variable}, PATH or {target.parent}; obtaining it (once)")
        if self.download is not None:
            problem = asyncio.run(self._download(target, self.download))
            if problem is None:
                return
            say(f"{self.title}: no download ({problem})")
        self.build(target)

    async def _download(
        self, target: Path, download: Callable[[Path], Awaitable[WorkflowEnvironment]]
    ) -> str | None:
        """Let the SDK download the server; what went wrong, or None."""
        try:
            async with asyncio.timeout(_DOWNLOAD_SECONDS):
                environment = await download(target.parent)
                await environment.shutdown()
        except (RuntimeError, TimeoutError) as error:
            return str(error).partition("\n")[0][:200] or f"nothing within {_DOWNLOAD_SECONDS} s"
        downloaded = sorted(target.parent.glob(self.downloaded))
        if not downloaded:
            return "the SDK put it elsewhere"
        downloaded[-1].replace(target)
        return None


def cache_folder() -> Path:
    """Return the folder below which servers are kept."""
    return platformdirs.user_cache_path("protoc-gen-process") / "servers"


def run_build(
    title: str, command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run a long command, and say every half minute that it still runs.

    Raises:
        ServerError: It failed; with the end of its output.
    """
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - the commands are ours
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as build:
        output = None
        while output is None:
            try:
                output, _ = build.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                say(f"{title}: still building, {time.monotonic() - started:.0f} s so far")
    if build.returncode != 0:
        raise ServerError(f"{title}: `{' '.join(command)}` failed:\n{output[-2000:]}")
    say(f"{title}: built in {time.monotonic() - started:.0f} s")


def say(message: str) -> None:
    """Tell whoever waits what takes long."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - progress of a long step


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
