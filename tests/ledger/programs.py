"""The programs of a run: workers, ingress replicas and Temporal, each to be killed on its own."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from process_runtime.testing.servers import RunningServer, temporal_cli
from tests.golden import cases

_TALLY: Final = cases.ROOT / "testdata" / "tally"
STARTUP_SECONDS: Final = 120


class Temporal(RunningServer):
    """The dev server, with its database in a file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, startup=STARTUP_SECONDS)

    def command(self) -> Sequence[str]:
        """Return the command of a server without a user interface."""
        place = ["--ip", "127.0.0.1", "--port", str(self.port)]
        # What was written outlasts SIGKILL without being on disk, for which to wait takes most of the time.
        database = ["--db-filename", str(self.folder / "temporal.db")]
        pragmas = ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=off"]
        command = [str(temporal_cli()), "server", "start-dev", "--headless", "--log-level", "error"]
        return [*command, *place, *database, *pragmas]

    def answers(self) -> bool:
        """Whether it listens."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Program(RunningServer):
    """`python -m` of a generated module; up when its health answers, also while what it needs is away."""

    def __init__(self, folder: Path, module: str, roots: Sequence[Path], settings: Mapping[str, str]) -> None:
        super().__init__(folder, startup=STARTUP_SECONDS)
        self._module = module
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join(map(str, roots)),
            "PORT_HTTP": self.address,
            **settings,
        }

    def command(self) -> Sequence[str]:
        """Return the command of the module."""
        return [sys.executable, "-m", self._module]

    def environment(self) -> Mapping[str, str]:
        """Return the settings, and nothing by chance."""
        return self._environment

    def answers(self) -> bool:
        """Whether its health answers."""
        return self._get("/healthz")

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        return self._get("/readyz")

    def _get(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def generate_tally(folder: Path) -> list[Path]:
    """Generate the tally process below `folder`, and return what has to be on the import path."""
    folder = folder / "tally"
    folder.mkdir()
    plugin = folder / "plugin"
    plugin.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from protoc_gen_process.plugin import run; run()'\n"
    )
    plugin.chmod(0o755)
    generated = folder / "generated"
    generated.mkdir()
    cases.run_protoc(
        _TALLY / "proto",
        f"--python_out={generated}",
        f"--plugin=protoc-gen-process={plugin}",
        f"--process_out={generated}",
    )
    shutil.copytree(_TALLY / "processes", folder / "processes")
    return [folder, generated, cases.ROOT, cases.ROOT / "gen"]
