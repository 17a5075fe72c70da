"""pytest fixtures: re-export them from a ``conftest.py``.

Tests that use them run on the session's event loop: ``@pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.testing.servers import ServerError, temporal_cli
from process_runtime.testing.workers import serve_process


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal dev server for the session; its ``client`` writes payloads as ``PAYLOAD_*`` says."""
    try:
        executable = temporal_cli()
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(executable),
        data_converter=data_converter(PayloadSettings()),
        dev_server_log_level="error",
    )
    async with environment:
        yield environment


@pytest.fixture
def process_worker(
    temporal_env: WorkflowEnvironment,
) -> Callable[..., AbstractAsyncContextManager[str]]:
    """Calling it serves a process, as :func:`serve_process` does with the session's client."""
    return partial(serve_process, temporal_env.client)
