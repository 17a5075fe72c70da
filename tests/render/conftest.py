"""What tests that make template environments leave behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_dying_loader() -> Iterator[None]:
    """Collect the loaders of a test at its end.

    Jinja puts a weak reference to each into `sys.modules`; one that dies while hypothesis walks through the
    modules fails a test that has nothing to do with it.
    """
    yield
    gc.collect()
