"""Programs of others that publish to NATS, found or built once as the servers are."""

from __future__ import annotations

import hashlib
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
_SOURCES: Final = Path(__file__).parent / "publish_nats"


def _checksum() -> str:
    """Of the sources: another program is another folder."""
    sources = b"".join((_SOURCES / name).read_bytes() for name in ("main.go", "go.mod", "go.sum"))
    return hashlib.sha256(sources).hexdigest()[:12]


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


def go_program() -> Path:
    """Return the path of ``publish-nats``, a program on NATS's own client for Go.

    Raises:
        ServerError: It cannot be built.
    """
    return _GO_RECIPE.locate()


def _build_program(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise ServerError("publish-nats cannot be built without Go; install it")
    run_build("publish-nats", [go, "build", "-o", str(target), "."], cwd=_SOURCES)


_GO_RECIPE: Final = Recipe(
    title="publish-nats",
    variable="PUBLISH_NATS_PATH",
    executable="publish-nats.exe" if os.name == "nt" else "publish-nats",
    folder=f"publish-nats-{_checksum()}",
    build=_build_program,
)

_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable="nats.exe" if os.name == "nt" else "nats",
    folder=f"nats-cli-{_VERSION}",
    build=_build,
)
