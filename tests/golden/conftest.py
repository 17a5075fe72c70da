"""Fixtures of the golden tests."""

from __future__ import annotations

import pytest

from tests.golden.workspace import Workspace


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The golden trees of all cases in one repo."""
    return Workspace(tmp_path_factory.mktemp("repo"))
