"""pytest fixtures: re-export them from a ``conftest.py``.

Tests that use them run on the session's event loop: ``@pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.testing.histories import StartedExecutions
from process_runtime.testing.replays import SESSION
from process_runtime.testing.servers import (
    KafkaBroker,
    NatsServer,
    ServerError,
    kafka_executable,
    nats_server_executable,
    temporal_cli,
    time_skipping_server,
)
from process_runtime.testing.workers import serve_process

__all__ = ["kafka_broker", "nats_server", "process_worker", "temporal_env", "time_skipping_env"]

# The SDK's own limit is 5 s, which a busy machine may need to start a server.
_STARTUP: Final = timedelta(seconds=60)
# By default a second passes between the runs of an execution, and no test is about that.
_NO_PAUSE_BETWEEN_RUNS: Final = ("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"')


class _Server:
    """One server for the session, however many conftests re-export its fixture: each has its own of it."""

    _users: ClassVar[int] = 0

    def __init__(self, start: Callable[[StartedExecutions], Awaitable[WorkflowEnvironment]]) -> None:
        self._start = start
        self._users_here = 0

    @asynccontextmanager
    async def used(self) -> AsyncIterator[WorkflowEnvironment]:
        """Start the server for its first user, and stop it after its last.

        After the last user of all servers, what the session has started is replayed afresh.
        """
        if not self._users_here:
            self._started = StartedExecutions()
            self._environment = await self._start(self._started)
        self._users_here += 1
        _Server._users += 1
        try:
            yield self._environment
        finally:
            self._users_here -= 1
            _Server._users -= 1
            if not self._users_here:
                async with self._environment:
                    await SESSION.collect(self._environment.client, self._started)
            if not _Server._users:
                _replay_afresh()


async def _start_dev_server(started: StartedExecutions) -> WorkflowEnvironment:
    executable = _obtained(temporal_cli)
    return await WorkflowEnvironment.start_local(
        interceptors=[started],
        dev_server_existing_path=str(executable),
        data_converter=data_converter(PayloadSettings()),
        dev_server_log_level="error",
        dev_server_startup_timeout=_STARTUP,
        dev_server_extra_args=_NO_PAUSE_BETWEEN_RUNS,
    )


async def _start_time_skipping_server(started: StartedExecutions) -> WorkflowEnvironment:
    executable = _obtained(time_skipping_server)
    return await WorkflowEnvironment.start_time_skipping(
        interceptors=[started],
        test_server_existing_path=str(executable),
        data_converter=data_converter(PayloadSettings()),
        test_server_startup_timeout=_STARTUP,
    )


_DEV_SERVER: Final = _Server(_start_dev_server)
_TIME_SKIPPING_SERVER: Final = _Server(_start_time_skipping_server)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal dev server for the session; its ``client`` uses the runtime's data converter."""
    async with _DEV_SERVER.used() as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def time_skipping_env() -> AsyncIterator[WorkflowEnvironment]:
    """Temporal's test server for the session, whose time passes as tests say: docs/testing.md."""
    async with _TIME_SKIPPING_SERVER.used() as environment:
        yield environment


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A Kafka broker for the session. A test that kills or pauses it uses one of its own."""
    _obtained(kafka_executable)
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A NATS server with JetStream for the session. A test that kills or pauses it uses one of its own."""
    _obtained(nats_server_executable)
    with NatsServer(tmp_path_factory.mktemp("nats")) as server:
        yield server


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
