"""Copies of the example, and new repos, away from the checkout."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.folders import CHECKOUT, Folder

_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*cache", "ledger.sqlite3*", "dead-letters.jsonl")


@pytest.fixture
def example(tmp_path: Path) -> Folder:
    """A copy of the order example."""
    folder = tmp_path / "orders"
    shutil.copytree(CHECKOUT / "examples" / "order_fulfillment", folder, ignore=_NOT_COPIED)
    return Folder(folder)


@pytest.fixture
def new_repo(tmp_path: Path) -> Callable[[str], Folder]:
    """Begins a repo for a process of the given name."""

    def begin(name: str) -> Folder:
        folder = Folder(tmp_path / name)
        Folder(tmp_path).run("processctl", "init", name, "-C", folder.path)
        return folder

    return begin
