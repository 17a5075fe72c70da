"""pytest fixtures: re-export them from a ``conftest.py``.

Tests that use them run on the session's event loop: ``@pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.testing.histories import StartedExecutions
from process_runtime.testing.replays import SESSION
from process_runtime.testing.servers import ServerError, temporal_cli, time_skipping_server
from process_runtime.testing.workers import serve_process

__all__ = ["process_worker", "temporal_env", "time_skipping_env"]

# The SDK's own limit is 5 s, which a busy machine may need to start a server.
_STARTUP: Final = timedelta(seconds=60)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal dev server for the session; its ``client`` writes payloads as ``PAYLOAD_*`` says."""
    executable = _obtained(temporal_cli)
    started = StartedExecutions()
    environment = await WorkflowEnvironment.start_local(
        interceptors=[started],
        dev_server_existing_path=str(executable),
        data_converter=data_converter(PayloadSettings()),
        dev_server_log_level="error",
        dev_server_startup_timeout=_STARTUP,
    )
    async with environment:
        yield environment
        await SESSION.collect(environment.client, started)
    _replay_afresh()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def time_skipping_env() -> AsyncIterator[WorkflowEnvironment]:
    """Temporal's test server for the session, whose time passes as tests say: docs/testing.md."""
    executable = _obtained(time_skipping_server)
    started = StartedExecutions()
    environment = await WorkflowEnvironment.start_time_skipping(
        interceptors=[started],
        test_server_existing_path=str(executable),
        data_converter=data_converter(PayloadSettings()),
        test_server_startup_timeout=_STARTUP,
    )
    async with environment:
        yield environment
        await SESSION.collect(environment.client, started)
    _replay_afresh()


@pytest.fixture
def process_worker(
    temporal_env: WorkflowEnvironment,
) -> Callable[..., AbstractAsyncContextManager[str]]:
    """Calling it serves a process, as :func:`serve_process` does with the session's client."""
    return partial(serve_process, temporal_env.client)


def _replay_afresh() -> None:
    """Replay what the session has started once more, in a process with another hash seed."""
    try:
        SESSION.replay()
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)


def _obtained(obtain: Callable[[], Path]) -> Path:
    try:
        return obtain()
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)
