"""A fixture of the behaviour tests."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from process_runtime.converter import data_converter
from process_runtime.testing.servers import temporal_cli
from temporalio.testing import WorkflowEnvironment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def short_history_env() -> AsyncIterator[WorkflowEnvironment]:
    """A server that asks processes to continue as new every 30 events."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_cli()),
        dev_server_extra_args=["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=30"],
        data_converter=data_converter(),
        dev_server_log_level="error",
        dev_server_startup_timeout=timedelta(seconds=60),
    )
    async with environment:
        yield environment
