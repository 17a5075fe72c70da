"""Temporal's test server, which lets durable time pass at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.servers.cache import Recipe, ServerError, run_build, say

_VERSION: Final = "1.38.0"
_TITLE: Final = "Temporal time-skipping server"
_VARIABLE: Final = "TEMPORAL_TEST_SERVER_PATH"
_POM: Final = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>process_runtime</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>{_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>2.0.17</version>
    </dependency>
  </dependencies>
</project>
"""
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
    maven = shutil.which("mvn")
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if maven is None or missing:
        raise ServerError(
            "Temporal's time-skipping test server could not be downloaded, and it cannot be built without "
            f"{' and '.join(missing)}; install a JDK (17 or newer) and Maven, or name the server of "
            f"https://github.com/temporalio/sdk-java/releases in {_VARIABLE}"
        )
    say(f"{_TITLE}: fetching io.temporal:temporal-test-server:{_VERSION} with {maven}; seconds, once")
    staging = target.parent / "build"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    (staging / "pom.xml").write_text(_POM, encoding="utf-8")
    run_build(
        _TITLE, [maven, "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=libs"], cwd=staging
    )
    libs = target.parent / "libs"
    shutil.rmtree(libs, ignore_errors=True)
    (staging / "libs").replace(libs)
    wrapper = staging / target.name
    wrapper.write_text(_WRAPPER, encoding="utf-8")
    wrapper.chmod(0o755)
    # Last: where the executable is, the server is whole.
    wrapper.replace(target)
    shutil.rmtree(staging)


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable="temporal-test-server.exe" if os.name == "nt" else "temporal-test-server",
    folder=f"temporal-test-server-{_VERSION}",
    download=_download,
    downloaded="temporal-test-server-*",
    build=_build,
)
