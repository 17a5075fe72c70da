"""The Temporal dev server for tests and local runs, obtained once.

Looked for in this order: ``TEMPORAL_CLI_PATH``, ``PATH``, the user's cache, the Temporal SDK's own download
into that cache, and a build with Go into it. Run as a program, it prints where the server is.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import platformdirs
from temporalio.testing import WorkflowEnvironment

__all__ = ["ServerError", "temporal_cli"]

# Later tags of the command line have a replace directive, which `go install` refuses.
_VERSION: Final = "1.5.1"
_GO_PACKAGE: Final = f"github.com/temporalio/cli/cmd/temporal@v{_VERSION}"
_DOWNLOAD_SECONDS: Final = 120
_EXECUTABLE: Final = "temporal.exe" if os.name == "nt" else "temporal"


class ServerError(Exception):
    """The Temporal dev server cannot be had on this machine."""


def temporal_cli() -> Path:
    """Return the path of the ``temporal`` command line, whose dev server the tests use.

    Says on standard error what takes long. Several processes may ask at once; one obtains it.

    Raises:
        ServerError: It is nowhere, and can neither be downloaded nor built.
    """
    configured = os.environ.get("TEMPORAL_CLI_PATH")
    if configured:
        if not os.access(configured, os.X_OK):
            raise ServerError(f"TEMPORAL_CLI_PATH: {configured} is not an executable file")
        return Path(configured)
    on_path = shutil.which(_EXECUTABLE)
    if on_path is not None:
        return Path(on_path)
    cached = _cache() / _EXECUTABLE
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with _lock(cached.parent / ".lock"):
            if not cached.exists():
                _obtain(cached)
    return cached


def _cache() -> Path:
    return platformdirs.user_cache_path("protoc-gen-process") / "servers" / f"temporal-{_VERSION}"


def _obtain(target: Path) -> None:
    _say(f"Temporal dev server: not in TEMPORAL_CLI_PATH, PATH or {target.parent}; downloading it (once)")
    problem = asyncio.run(_download(target))
    if problem is None:
        return
    _say(f"Temporal dev server: no download ({problem})")
    go = shutil.which("go")
    if go is None:
        raise ServerError(
            "the Temporal dev server could not be downloaded, and there is no Go to build it with; install "
            "https://docs.temporal.io/cli and put it on PATH or name it in TEMPORAL_CLI_PATH"
        )
    _build(go, target)


async def _download(target: Path) -> str | None:
    """Let the SDK download the server; what went wrong, or None."""
    try:
        async with asyncio.timeout(_DOWNLOAD_SECONDS):
            # The SDK downloads only on the way to starting a server.
            environment = await WorkflowEnvironment.start_local(
                download_dest_dir=str(target.parent), ui=False, dev_server_log_level="error"
            )
            await environment.shutdown()
    except (RuntimeError, TimeoutError) as error:
        return str(error).partition("\n")[0][:200] or f"nothing within {_DOWNLOAD_SECONDS} s"
    downloaded = sorted(target.parent.glob("temporal-cli-*"))
    if not downloaded:
        return "the SDK put it elsewhere"
    downloaded[-1].replace(target)
    return None


def _build(go: str, target: Path) -> None:
    _say(f"Temporal dev server: building {_GO_PACKAGE} with {go}; about four minutes on two cores, once")
    started = time.monotonic()
    staging = target.parent / "build"
    environment = {**os.environ, "GOBIN": str(staging)}
    with subprocess.Popen(  # noqa: S603 - both arguments are ours
        [go, "install", _GO_PACKAGE],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as build:
        output = None
        while output is None:
            try:
                output, _ = build.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                _say(f"Temporal dev server: still building, {time.monotonic() - started:.0f} s so far")
    if build.returncode != 0:
        raise ServerError(f"`go install {_GO_PACKAGE}` failed:\n{output[-2000:]}")
    (staging / _EXECUTABLE).replace(target)
    shutil.rmtree(staging)
    _say(f"Temporal dev server: built in {time.monotonic() - started:.0f} s")


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - progress of a long step


def main() -> int:
    """Obtain the server and print its path."""
    try:
        print(temporal_cli())  # noqa: T201 - the program's output
    except ServerError as error:
        _say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
