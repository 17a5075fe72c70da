"""What every room's tests share: servers, and the marker that ties a test to a row of the specification."""

from __future__ import annotations

import hypothesis
import pytest

from process_runtime.testing.fixtures import (
    kafka_broker,
    nats_server,
    process_worker,
    temporal_env,
    time_skipping_env,
)
from tests.runtime.ingress.dev_server import temporal

# Here and nowhere below: each conftest that has a fixture of the session starts a server of its own.
__all__ = ["kafka_broker", "nats_server", "process_worker", "temporal", "temporal_env", "time_skipping_env"]

# No test asserts a time, and a busy machine is slow.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of this project (`--strict-markers` refuses any other)."""
    config.addinivalue_line(
        "markers",
        "requirement(*ids): the rows of docs/conformance.md that this test shows, for example "
        '@pytest.mark.requirement("R064")',
    )
    config.addinivalue_line(
        "markers",
        "changes_code(why): workflow code changes while this test's executions run, so that their histories "
        "are not replayed at the session's end",
    )
