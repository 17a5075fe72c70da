"""The Temporal dev server: the whole server, in real time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.servers.cache import Recipe, ServerError, run_build, say

# Later tags of the command line have a replace directive, which `go install` refuses.
_VERSION: Final = "1.5.1"
_GO_PACKAGE: Final = f"github.com/temporalio/cli/cmd/temporal@v{_VERSION}"
_TITLE: Final = "Temporal dev server"
_EXECUTABLE: Final = "temporal.exe" if os.name == "nt" else "temporal"


def temporal_cli() -> Path:
    """Return the path of the ``temporal`` command line, whose dev server the tests use.

    Says on standard error what takes long. Several processes may ask at once; one obtains it.

    Raises:
        ServerError: It is nowhere, and can neither be downloaded nor built.
    """
    return _RECIPE.locate()


async def _download(folder: Path) -> WorkflowEnvironment:
    return await WorkflowEnvironment.start_local(
        download_dest_dir=str(folder), ui=False, dev_server_log_level="error"
    )


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise ServerError(
            "the Temporal dev server could not be downloaded, and there is no Go to build it with; install "
            "https://docs.temporal.io/cli and put it on PATH or name it in TEMPORAL_CLI_PATH"
        )
    say(f"{_TITLE}: building {_GO_PACKAGE} with {go}; about four minutes on two cores, once")
    staging = target.parent / "build"
    run_build(_TITLE, [go, "install", _GO_PACKAGE], env={"GOBIN": str(staging)})
    (staging / _EXECUTABLE).replace(target)
    shutil.rmtree(staging)


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable="TEMPORAL_CLI_PATH",
    executable=_EXECUTABLE,
    folder=f"temporal-{_VERSION}",
    download=_download,
    downloaded="temporal-cli-*",
    build=_build,
)
