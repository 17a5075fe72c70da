"""A file of dead letters, `processctl` in this process, and a worker for what is sent again."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from process_runtime.dead_letters import DeadLetter
from process_runtime.dead_letters.file import FileDeadLetters, FileOptions
from processctl import main
from tests.runtime.dead_letters.contract import open_ids
from tests.runtime.ingress.conftest import client, worker

__all__ = ["client", "worker"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


Processctl = Callable[..., Said]


@pytest.fixture
def processctl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Processctl:
    """Return `processctl dlq`; `typed` is what somebody at a terminal types."""
    monkeypatch.chdir(tmp_path)
    for name in ("DEAD_LETTER_FILE", "DEAD_LETTER_BINDING_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, typed: str | None = None) -> Said:
        monkeypatch.setattr(sys, "argv", ["processctl", "dlq", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO() if typed is None else Terminal(typed))
        out, error, code = io.StringIO(), io.StringIO(), 0
        with redirect_stdout(out), redirect_stderr(error):
            try:
                main._run()
            except SystemExit as ended:
                code = int(ended.code or 0)
        assert "Traceback" not in error.getvalue()
        return Said(code, out.getvalue(), error.getvalue())

    return run


class Letters:
    """The file, as DEAD_LETTER_FILE names it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, *letters: DeadLetter) -> None:
        async def write() -> None:
            for letter in letters:
                await self._stream().write(letter)

        asyncio.run(write())

    def open(self) -> list[str]:
        """Return the IDs of those that are open."""
        return asyncio.run(open_ids(self._stream()))

    def _stream(self) -> FileDeadLetters:
        return FileDeadLetters(FileOptions(path=self.path))


@pytest.fixture
def letters(tmp_path: Path, processctl: Processctl, monkeypatch: pytest.MonkeyPatch) -> Letters:
    path = tmp_path / "dead-letters.jsonl"
    monkeypatch.setenv("DEAD_LETTER_FILE", str(path))
    return Letters(path)
