"""The command line client of NATS, found or built once as the servers are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from process_runtime.testing.servers import ServerError
from process_runtime.testing.servers.cache import Recipe, run_build

_VERSION: Final = "0.2.3"
_PACKAGE: Final = f"github.com/nats-io/natscli/nats@v{_VERSION}"
_TITLE: Final = "NATS command line"
_VARIABLE: Final = "NATS_CLI_PATH"


def nats_cli() -> Path:
    """Return the path of ``nats``.

    Raises:
        ServerError: It is nowhere, and cannot be built.
    """
    return _RECIPE.locate()


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise ServerError(f"the {_TITLE} is not there; install Go, or name the program in {_VARIABLE}")
    run_build(_TITLE, [go, "install", _PACKAGE], env={"GOBIN": str(target.parent)})


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable="nats.exe" if os.name == "nt" else "nats",
    folder=f"nats-cli-{_VERSION}",
    build=_build,
)
