"""The NATS server with JetStream."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from process_runtime.testing.servers.cache import Recipe, ServerError, run_build, say
from process_runtime.testing.servers.running import RunningServer

__all__ = ["NatsServer", "nats_server_executable"]

_VERSION: Final = "2.15.2"
_GO_PACKAGE: Final = f"github.com/nats-io/nats-server/v2@v{_VERSION}"
_TITLE: Final = "NATS server"
_VARIABLE: Final = "NATS_SERVER_PATH"
_EXECUTABLE: Final = "nats-server.exe" if os.name == "nt" else "nats-server"


def nats_server_executable() -> Path:
    """Return the path of ``nats-server``.

    Says on standard error what takes long. Several processes may ask at once; one obtains it.

    Raises:
        ServerError: It is nowhere, and cannot be built.
    """
    return _RECIPE.locate()


class NatsServer(RunningServer):
    """``nats-server`` with JetStream, on the loopback interface."""

    def __init__(self, folder: Path, *, configuration: str = "", with_jetstream: bool = True) -> None:
        """Prepare a server.

        Args:
            folder: Keeps data, configuration and log; made if need be.
            configuration: More of the server's configuration, e.g. ``authorization``.
            with_jetstream: Whether it has streams.
        """
        super().__init__(folder)
        self.configuration = configuration
        self.with_jetstream = with_jetstream

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://{self.address}"

    def command(self) -> Sequence[str]:
        """Return the command, having written the configuration."""
        file = self.folder / "nats.conf"
        jetstream = f'jetstream: {{store_dir: "{self.folder / "data"}"}}' if self.with_jetstream else ""
        text = f'listen: "{self.address}"\n{jetstream}\n{self.configuration}\n'
        file.write_text(text, encoding="utf-8")
        return [str(nats_server_executable()), "--config", str(file)]

    def answers(self) -> bool:
        """Whether it greets; it does once JetStream has recovered its data."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"INFO"
        except OSError:
            return False


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise ServerError(
            "the NATS server is not there, and there is no Go to build it with; install "
            f"https://docs.nats.io/running-a-nats-service and put it on PATH or name it in {_VARIABLE}"
        )
    say(f"{_TITLE}: building {_GO_PACKAGE} with {go}; about half a minute on two cores, once")
    staging = target.parent / "build"
    run_build(_TITLE, ["nice", "-n", "10", go, "install", _GO_PACKAGE], env={"GOBIN": str(staging)})
    (staging / _EXECUTABLE).replace(target)
    shutil.rmtree(staging)


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable=_EXECUTABLE,
    folder=f"nats-server-{_VERSION}",
    build=_build,
)
