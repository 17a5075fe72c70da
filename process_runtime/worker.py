"""The worker of a process, or of a group of processes that share a task queue."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypedDict, TypeVar

from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Interceptor, Worker, WorkerDeploymentConfig, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from process_runtime.activities.publish import StreamKey, open_publishing
from process_runtime.backoff import Backoff
from process_runtime.config import WorkerSettings, load_settings
from process_runtime.contract import OutboundFact, ProcessContract, Stream
from process_runtime.health import Condition
from process_runtime.metrics import Metrics
from process_runtime.publishers import STREAMS
from process_runtime.service import Service, exit_code, serve
from process_runtime.signals import SignalsAsSent

__all__ = [
    "ProcessRegistration",
    "WorkerComponent",
    "build_worker",
    "run_worker",
    "worker_problems",
    "workflow_options",
]

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

# Of SHUTDOWN_GRACE, for activities to finish; the rest is for the worker to report their results.
_ACTIVITY_SHARE: Final = 0.8
_POLLER_CHECK_SECONDS: Final = 0.25


@dataclass(frozen=True, kw_only=True)
class ProcessRegistration:
    """One process as a worker serves it. Generated."""

    contract: ProcessContract
    workflow: type
    """The generated ``@workflow.defn`` class."""
    passthrough: tuple[str, ...]
    """Modules the sandbox shares with every workflow instead of loading them anew: contract, activity stubs
    and protobuf modules."""
    create_activities: Callable[[], AbstractAsyncContextManager[Any]] | None = None
    """Opens the people's activities for the worker's lifetime; None when the contract has no activities."""
    activity_functions: Callable[[Any], Sequence[Callable[..., Any]]] | None = None
    """The functions to register, bound to what `create_activities` yields."""
    facts: tuple[OutboundFact, ...] = ()
    """What the process emits."""
    streams: tuple[Stream, ...] = ()
    """Where it goes; those that no fact names need no binding."""


class WorkflowOptions(TypedDict):
    """Arguments that ``temporalio.worker.Worker`` and ``Replayer`` have in common."""

    workflow_runner: WorkflowRunner
    interceptors: Sequence[Interceptor]


def workflow_options(registrations: Sequence[ProcessRegistration]) -> WorkflowOptions:
    """Return how the workflow code of these processes is run: in every worker, and in every replay.

    People's and generated workflow modules are loaded anew for each execution, so that one cannot see
    another's globals; what is shared is deterministic, and loading it each time would cost most of a task.
    """
    shared = [module for registration in registrations for module in registration.passthrough]
    restrictions = SandboxRestrictions.default.with_passthrough_modules("process_runtime", *shared)
    return {
        "workflow_runner": SandboxedWorkflowRunner(restrictions=restrictions),
        "interceptors": [SignalsAsSent(registration.contract for registration in registrations)],
    }


def build_worker(
    client: Client,
    task_queue: str,
    registrations: Sequence[ProcessRegistration],
    activities: Sequence[Callable[..., Any]],
    settings: WorkerSettings,
) -> Worker:
    """Return a worker that serves exactly these workflows and activities.

    Args:
        client: Connected with the runtime's data converter; its identity is the worker's.
        task_queue: The queue to poll.
        registrations: The processes.
        activities: The bound activity functions of all of them.
        settings: Concurrency, cache, shutdown and worker deployment.
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[registration.workflow for registration in registrations],
        activities=activities,
        **workflow_options(registrations),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=settings.max_concurrent_workflow_tasks,
        max_concurrent_activities=settings.max_concurrent_activities,
        max_concurrent_local_activities=settings.max_concurrent_local_activities,
        graceful_shutdown_timeout=settings.shutdown_grace * _ACTIVITY_SHARE,
        deployment_config=_deployment(registrations, settings),
    )


def worker_problems(registrations: Sequence[ProcessRegistration], settings: WorkerSettings) -> list[str]:
    """What keeps these processes from being served together with these settings, one line each."""
    queues = {registration.contract.task_queue: None for registration in registrations}
    behaviors = {registration.contract.versioning_behavior.name: None for registration in registrations}
    problems = []
    if len(queues) > 1 and not settings.temporal_task_queue:
        problems.append(f"TEMPORAL_TASK_QUEUE: set one; the processes name several ({', '.join(queues)})")
    if len(behaviors) > 1 and settings.temporal_deployment_name:
        problems.append(
            f"TEMPORAL_DEPLOYMENT_NAME: the processes of this worker differ in versioning_behavior "
            f"({', '.join(behaviors)}); give them one, or a worker each"
        )
    _, unbound = STREAMS.bind(_streams(registrations).values(), settings.publish_bindings_file)
    return problems + unbound


class WorkerComponent:
    """Polls Temporal for the tasks of some processes, until the service stops."""

    def __init__(self, settings: WorkerSettings, registrations: Sequence[ProcessRegistration]) -> None:
        self._settings = settings
        self._registrations = registrations
        self._task_queue = settings.temporal_task_queue or registrations[0].contract.task_queue

    async def run(self, service: Service) -> None:
        """Work until `service.stopping` is set; a worker that ends before is started again."""
        polling = service.health.condition("WorkerPolling")
        async with open_activities(self._registrations, self._settings, service.metrics) as activities:
            backoff = Backoff(maximum=timedelta(seconds=5))
            while not service.stopping.is_set():
                polling.not_ready("WaitingForTemporal", "polling starts when Temporal can be used")
                client = await _unless_stopping(service, service.connection.usable())
                if client is None:
                    break
                try:
                    await self._work(service, client, activities, polling, backoff)
                except Exception as error:  # noqa: BLE001 - the SDK raises RuntimeError and RPCError
                    logger.warning("the worker stopped, and is started again: %s", error)
                    polling.not_ready("WorkerFailed", str(error).partition("\n")[0][:200])
                    await _unless_stopping(service, asyncio.sleep(backoff.next_delay()))

    async def _work(
        self,
        service: Service,
        client: Client,
        activities: Sequence[Callable[..., Any]],
        polling: Condition,
        backoff: Backoff,
    ) -> None:
        worker = build_worker(client, self._task_queue, self._registrations, activities, self._settings)
        running = asyncio.create_task(worker.run())
        stopping = asyncio.create_task(service.stopping.wait())
        try:
            while not running.done() and not stopping.done():
                if not polling.is_ready and service.metrics.sdk_value("temporal_num_pollers") > 0:
                    backoff.reset()
                    polling.ready()
                    logger.info("polling task queue %s", self._task_queue)
                check_after = None if polling.is_ready else _POLLER_CHECK_SECONDS
                await asyncio.wait(
                    (running, stopping), timeout=check_after, return_when=asyncio.FIRST_COMPLETED
                )
            if not running.done():
                polling.not_ready("Draining", "this process is stopping and finishes what is in flight")
                await worker.shutdown()
            await running
        finally:
            stopping.cancel()
            running.cancel()


def run_worker(settings_type: type[WorkerSettings], registrations: Sequence[ProcessRegistration]) -> int:
    """Run the worker of these processes until SIGTERM or SIGINT.

    Args:
        settings_type: Read from the environment.
        registrations: The processes to serve, one or more, of one task queue.

    Returns:
        The exit code: 0 after a clean stop, 2 for a configuration that cannot work, 1 for a crash.
    """

    def main() -> None:
        settings = load_settings(settings_type, check=lambda read: worker_problems(registrations, read))
        serve(
            settings,
            role="worker",
            contracts=[registration.contract for registration in registrations],
            components=[WorkerComponent(settings, registrations)],
        )

    return exit_code(main)


@asynccontextmanager
async def open_activities(
    registrations: Sequence[ProcessRegistration], settings: WorkerSettings, metrics: Metrics
) -> AsyncIterator[list[Callable[..., Any]]]:
    """Open activities and publishers and yield the functions to register; close them at the end."""
    async with AsyncExitStack() as stack:
        functions: list[Callable[..., Any]] = []
        for registration in registrations:
            if registration.create_activities is not None and registration.activity_functions is not None:
                implementation = await stack.enter_async_context(registration.create_activities())
                functions += registration.activity_functions(implementation)
        if streams := _streams(registrations):
            publishing = open_publishing(streams, settings.publish_bindings_file, metrics)
            functions.append(await stack.enter_async_context(publishing))
        yield functions


def _streams(registrations: Sequence[ProcessRegistration]) -> dict[StreamKey, Stream]:
    """The streams that facts of these processes go to."""
    return {
        (registration.contract.name, stream.name): stream
        for registration in registrations
        for stream in registration.streams
        if stream.name in {fact.stream for fact in registration.facts}
    }


async def _unless_stopping(service: Service, awaitable: Awaitable[_T]) -> _T | None:
    """The result of `awaitable`, or None when the service is told to stop first."""
    task = asyncio.ensure_future(awaitable)
    stopping = asyncio.create_task(service.stopping.wait())
    try:
        await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopping.cancel()


def _deployment(
    registrations: Sequence[ProcessRegistration], settings: WorkerSettings
) -> WorkerDeploymentConfig | None:
    if not settings.temporal_deployment_name:
        return None
    version = WorkerDeploymentVersion(
        deployment_name=settings.temporal_deployment_name, build_id=settings.temporal_worker_build_id
    )
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        default_versioning_behavior=registrations[0].contract.versioning_behavior,
    )
