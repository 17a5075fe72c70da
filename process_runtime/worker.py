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
from process_runtime.config import WorkerSettings, load_settings, priority_problems
from process_runtime.contract import PROGRESS_STREAM, OutboundFact, ProcessContract, Stream
from process_runtime.health import Condition
from process_runtime.metrics import Metrics
from process_runtime.namespace import ScheduleComponent, SearchAttributeGate
from process_runtime.publishers import STREAMS
from process_runtime.sandbox import ProcessSandbox
from process_runtime.schedules import ScheduleError, Schedules
from process_runtime.service import Component, Service, exit_code, serve
from process_runtime.signals import SignalsAsSent
from process_runtime.telemetry import Telemetry
from process_runtime.tuning import tuning_options, tuning_problems
from process_runtime.versioning import MixedBehaviorRunner, default_behavior
from process_runtime.workflow import ScheduledProcess

__all__ = [
    "ProcessRegistration",
    "WorkerComponent",
    "build_worker",
    "run_worker",
    "worker_components",
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
    """Where it goes; those on which nothing is published need no binding."""
    scheduled: ScheduledProcess | None = None
    """When it starts by itself."""
    scheduled_start: type | None = None
    """The generated ``@workflow.defn`` class that its schedules run."""

    @property
    def workflows(self) -> list[type]:
        """Everything that a worker or replayer registers for it."""
        return [self.workflow] if self.scheduled_start is None else [self.workflow, self.scheduled_start]

    @property
    def used_streams(self) -> set[str]:
        """Names of the streams that something is published on."""
        progress = {PROGRESS_STREAM} if self.contract.publishes_progress else set()
        return progress | {fact.stream for fact in self.facts}


class WorkflowOptions(TypedDict):
    """Arguments that ``temporalio.worker.Worker`` and ``Replayer`` have in common."""

    workflow_runner: WorkflowRunner
    interceptors: Sequence[Interceptor]


def workflow_options(
    registrations: Sequence[ProcessRegistration], *, deployed: bool = False
) -> WorkflowOptions:
    """Return how the workflow code of these processes is run: in every worker, and in every replay.

    People's modules are loaded anew for each execution, so that one cannot see another's globals; what is
    shared is deterministic, and loading it each time would cost most of a task.

    Args:
        registrations: The processes.
        deployed: Whether the worker has a worker deployment, which asks for the behaviour of each process.
    """
    shared = [module for registration in registrations for module in registration.passthrough]
    ours = ("process_runtime", "process.v1")
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*ours, *shared)
    runner = ProcessSandbox(restrictions=restrictions)
    return {
        "workflow_runner": _versioned(runner, registrations) if deployed else runner,
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
        settings: Tuning, shutdown and worker deployment.
    """
    deployment = _deployment(registrations, settings)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[each for registration in registrations for each in registration.workflows],
        activities=activities,
        **workflow_options(registrations, deployed=deployment is not None),
        **tuning_options(settings),
        graceful_shutdown_timeout=settings.shutdown_grace * _ACTIVITY_SHARE,
        deployment_config=deployment,
    )


def worker_problems(registrations: Sequence[ProcessRegistration], settings: WorkerSettings) -> list[str]:
    """What keeps these processes from being served together with these settings, one line each."""
    queues = {registration.contract.task_queue: None for registration in registrations}
    contracts = [registration.contract for registration in registrations]
    problems = [*tuning_problems(settings), *priority_problems(settings, contracts)]
    if len(queues) > 1 and not settings.temporal_task_queue:
        problems.append(f"TEMPORAL_TASK_QUEUE: set one; the processes name several ({', '.join(queues)})")
    _, unbound = STREAMS.bind(_streams(registrations).values(), settings.publish_bindings_file)
    if settings.apply_schedules:
        try:
            _schedules(registrations, settings)
        except ScheduleError as error:
            problems += error.problems
    return problems + unbound


def worker_components(
    settings: WorkerSettings, registrations: Sequence[ProcessRegistration]
) -> list[Component]:
    """Return what a worker runs: the worker, and what brings the schedules along if that is asked for."""
    components: list[Component] = [WorkerComponent(settings, registrations)]
    if settings.apply_schedules:
        components.append(ScheduleComponent(_schedules(registrations, settings)))
    return components


class WorkerComponent:
    """Polls Temporal for the tasks of some processes, until the service stops."""

    def __init__(self, settings: WorkerSettings, registrations: Sequence[ProcessRegistration]) -> None:
        self._settings = settings
        self._registrations = registrations
        self._task_queue = settings.temporal_task_queue or registrations[0].contract.task_queue

    async def run(self, service: Service) -> None:
        """Work until `service.stopping` is set; a worker that ends before is started again."""
        gate = SearchAttributeGate(
            [registration.contract for registration in self._registrations],
            register_missing=self._settings.register_search_attributes,
            health=service.health,
        )
        polling = service.health.condition("WorkerPolling")
        async with open_activities(
            self._registrations, self._settings, service.metrics, service.telemetry
        ) as activities:
            backoff = Backoff(maximum=timedelta(seconds=5))
            while not service.stopping.is_set():
                polling.not_ready("WaitingForTemporal", "polling starts when Temporal can be used")
                client = await _unless_stopping(service, service.connection.usable())
                if client is None:
                    break
                if not await _unless_stopping(service, gate.is_open(client)):
                    polling.not_ready("WaitingForSearchAttributes", "polling starts when they are there")
                    await _unless_stopping(service, asyncio.sleep(backoff.next_delay()))
                    continue
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
            components=worker_components(settings, registrations),
        )

    return exit_code(main)


@asynccontextmanager
async def open_activities(
    registrations: Sequence[ProcessRegistration],
    settings: WorkerSettings,
    metrics: Metrics,
    telemetry: Telemetry | None = None,
) -> AsyncIterator[list[Callable[..., Any]]]:
    """Open activities and publishers and yield the functions to register; close them at the end."""
    async with AsyncExitStack() as stack:
        functions: list[Callable[..., Any]] = []
        for registration in registrations:
            if registration.create_activities is not None and registration.activity_functions is not None:
                implementation = await stack.enter_async_context(registration.create_activities())
                functions += registration.activity_functions(implementation)
        if streams := _streams(registrations):
            publishing = open_publishing(streams, settings.publish_bindings_file, metrics, telemetry)
            functions.append(await stack.enter_async_context(publishing))
        yield functions


def _streams(registrations: Sequence[ProcessRegistration]) -> dict[StreamKey, Stream]:
    """The streams that facts of these processes go to."""
    return {
        (registration.contract.name, stream.name): stream
        for registration in registrations
        for stream in registration.streams
        if stream.name in registration.used_streams
    }


def _schedules(registrations: Sequence[ProcessRegistration], settings: WorkerSettings) -> Schedules:
    """The schedules that these processes should have.

    Raises:
        ScheduleError: The keys do not fit the contracts.
    """
    return Schedules.read(
        [registration.contract for registration in registrations],
        [registration.scheduled for registration in registrations if registration.scheduled is not None],
        settings.schedule_keys_file,
        settings.temporal_task_queue,
        # A deployment may mount one file for all of its worker groups.
        partial=True,
        priorities=settings.task_priorities,
    )


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
        default_versioning_behavior=default_behavior(registration.contract for registration in registrations),
    )


def _versioned(
    runner: SandboxedWorkflowRunner, registrations: Sequence[ProcessRegistration]
) -> WorkflowRunner:
    """A runner for processes of a worker deployment, each with its own behaviour."""
    contracts = [registration.contract for registration in registrations]
    default = default_behavior(contracts)
    others = [contract.workflow_type for contract in contracts if contract.versioning_behavior != default]
    return MixedBehaviorRunner(runner, pinned=others) if others else runner
