"""A program of this project as a child process of the test: its exit code, its log, its HTTP side."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import httpx

_DEADLINE = 60.0


class Child:
    """`python -m <module> <arguments>` with a clean environment."""

    def __init__(
        self,
        log: Path,
        module: str,
        *arguments: str,
        environment: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.log = log
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with log.open("ab") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=stdin,
                stdout=stderr,
                stderr=stderr,
                env={**kept, "PORT_HTTP": "127.0.0.1:0", "HOME": str(log.parent), **environment},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self.process.kill()
        self.process.wait()
        if kind is not None:
            sys.stderr.write(self.text())

    def text(self) -> str:
        return self.log.read_text()

    def url(self) -> str:
        """Wait until it listens, and return where."""
        pattern = re.compile(r"listens on (http://\S+)")
        self._wait(lambda: pattern.search(self.text()) is not None)
        return pattern.findall(self.text())[-1]  # type: ignore[no-any-return]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url() + path, timeout=10)

    def until(self, path: str, status: int) -> httpx.Response:
        """Wait until `path` answers with `status`."""
        self._wait(lambda: self.get(path).status_code == status)
        return self.get(path)

    def metric(self, name: str, label: str = "") -> float:
        """Return the sum of a metric over the label sets whose text contains `label`."""
        pattern = rf"^{re.escape(name)}(?:\{{(.*)\}})? (\S+)$"
        found = re.findall(pattern, self.get("/metrics").text, re.MULTILINE)
        return sum(float(value) for labels, value in found if label in labels)

    def until_metric(self, name: str, label: str, at_least: float) -> None:
        """Wait until the metric has that value."""
        self._wait(lambda: self.metric(name, label) >= at_least)

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _DEADLINE
        while not holds():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def exit_code(self) -> int:
        return self.process.wait(_DEADLINE)
