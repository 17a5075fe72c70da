"""Temporal's test server, which lets durable time pass at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.servers.cache import Recipe
from process_runtime.testing.servers.maven import fetch_jars

_VERSION: Final = "1.38.0"
_TITLE: Final = "Temporal time-skipping server"
_VARIABLE: Final = "TEMPORAL_TEST_SERVER_PATH"
# One compiler tier and one collector thread: it is up sooner, and leaves the cores to what is tested.
_WRAPPER: Final = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$here/libs/*" io.temporal.testserver.TestServer "$@"
"""


def time_skipping_server() -> Path:
    """Return the path of Temporal's test server.

    Says on standard error what takes long. Several processes may ask at once; one obtains it.

    Raises:
        ServerError: It is nowhere, and can neither be downloaded nor built.
    """
    return _RECIPE.locate()


async def _download(folder: Path) -> WorkflowEnvironment:
    return await WorkflowEnvironment.start_time_skipping(download_dest_dir=str(folder))


def _build(target: Path) -> None:
    fetch_jars(
        target,
        title=_TITLE,
        artifacts=(f"io.temporal:temporal-test-server:{_VERSION}", "org.slf4j:slf4j-nop:2.0.17"),
        wrapper=_WRAPPER,
        missing="Temporal's time-skipping test server could not be downloaded, and it cannot be built "
        "without {tools}; install a JDK (17 or newer) and Maven, or name the server of "
        f"https://github.com/temporalio/sdk-java/releases in {_VARIABLE}",
    )


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable="temporal-test-server.exe" if os.name == "nt" else "temporal-test-server",
    folder=f"temporal-test-server-{_VERSION}",
    download=_download,
    downloaded="temporal-test-server-*",
    build=_build,
)
