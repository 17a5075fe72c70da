"""Servers in Java, fetched with Maven from wherever it gets its artifacts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from process_runtime.testing.servers.cache import ServerError, run_build, say

__all__ = ["fetch_jars"]

_POM: Final = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>process_runtime</groupId>
  <artifactId>server</artifactId>
  <version>1</version>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""
_DEPENDENCY: Final = """\
    <dependency>
      <groupId>{}</groupId>
      <artifactId>{}</artifactId>
      <version>{}</version>
    </dependency>"""


def fetch_jars(target: Path, *, title: str, artifacts: tuple[str, ...], wrapper: str, missing: str) -> None:
    """Make an executable of the jars of `artifacts` and all that they need.

    Args:
        target: The executable; the jars are in ``libs`` beside it.
        title: For messages, e.g. ``Kafka broker``.
        artifacts: As ``group:artifact:version``, the server first.
        wrapper: Text of the executable, a shell script.
        missing: What to say if there is no JDK or no Maven; ``{tools}`` stands for what lacks.

    Raises:
        ServerError: It cannot be had.
    """
    maven = shutil.which("mvn")
    absent = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if maven is None or absent:
        raise ServerError(missing.format(tools=" and ".join(absent)))
    say(f"{title}: fetching {artifacts[0]} with {maven}; seconds, once")
    staging = target.parent / "build"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    dependencies = "\n".join(_DEPENDENCY.format(*artifact.split(":")) for artifact in artifacts)
    (staging / "pom.xml").write_text(_POM.format(dependencies=dependencies), encoding="utf-8")
    run_build(
        title, [maven, "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=libs"], cwd=staging
    )
    libs = target.parent / "libs"
    shutil.rmtree(libs, ignore_errors=True)
    (staging / "libs").replace(libs)
    script = staging / target.name
    script.write_text(wrapper, encoding="utf-8")
    script.chmod(0o755)
    # Last: where the executable is, the server is whole.
    script.replace(target)
    shutil.rmtree(staging)
