"""Copies of the example, and new repos, away from the checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.folders import Folder, copied_example


@pytest.fixture
def example(tmp_path: Path) -> Folder:
    """A copy of the order example."""
    return copied_example("order_fulfillment", tmp_path / "orders")


@pytest.fixture
def new_repo(tmp_path: Path) -> Callable[[str], Folder]:
    """Begins a repo for a process of the given name."""

    def begin(name: str) -> Folder:
        folder = Folder(tmp_path / name)
        Folder(tmp_path).run("processctl", "init", name, "-C", folder.path)
        return folder

    return begin
