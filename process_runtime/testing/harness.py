"""One process under test: a worker, stand-ins for its activities, and what it tells the world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from google.protobuf.message import Message
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from process_runtime.client import ProcessClient
from process_runtime.testing.activities import CallRecord
from process_runtime.testing.events import EventBuilder
from process_runtime.testing.facts import RecordedFacts
from process_runtime.testing.histories import was_performed, watched
from process_runtime.testing.rest import at_rest, stuck
from process_runtime.testing.runs import Run
from process_runtime.testing.waiting import PATIENCE_SECONDS, eventually
from process_runtime.testing.workers import replay, serve_process
from process_runtime.worker import ProcessRegistration

__all__ = ["ProcessHarness"]

EnvelopeT = TypeVar("EnvelopeT", bound=Message)
StateT = TypeVar("StateT")
ResultT = TypeVar("ResultT")


class ProcessHarness(Generic[EnvelopeT, StateT, ResultT]):
    """Serves one process for one test, and replays at the end whatever the test has started.

    The generated subclass of a contract adds typed events, activities and runs.

    Args:
        env: `temporal_env`, or `time_skipping_env` for a process that waits for long.
        replays: Whether every execution is replayed at the end. False only for a test that changes workflow
            code while executions run.
        max_cached_workflows: 0 replays the whole history at every step.
        patience: Longest wait for anything, in seconds of the machine's time.
    """

    registration: ClassVar[ProcessRegistration]
    """Set by the generated subclass."""
    client_type: ClassVar[type[ProcessClient[Any]]]
    """The same."""
    state_type: ClassVar[type[Message] | None] = None
    """The same."""
    events: EventBuilder[EnvelopeT]
    """The same, typed: builds an envelope for each event."""

    def __init__(
        self,
        env: WorkflowEnvironment,
        *,
        replays: bool = True,
        max_cached_workflows: int = 1000,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.env = env
        self.patience = patience
        self.facts = RecordedFacts()
        """What the process told the world."""
        self.record = CallRecord()
        """Calls of all activities."""
        self.temporal, self._started = watched(env.client)
        self._replays = replays
        self._max_cached_workflows = max_cached_workflows
        self._stack = AsyncExitStack()
        self.task_queue = ""

    def _implementation(self) -> Any:
        """Return what performs the activities; None when the contract has none."""
        return None

    async def __aenter__(self) -> Self:
        """Start the worker."""
        functions = self.registration.activity_functions
        activities = [] if functions is None else functions(self._implementation())
        self.task_queue = await self._stack.enter_async_context(
            serve_process(
                self.temporal,
                self.registration,
                activities,
                publisher=self.facts,
                replays=self._replays,
                max_cached_workflows=self._max_cached_workflows,
            )
        )
        self._client = self.client_type(self.temporal, task_queue=self.task_queue)
        await self._tell_time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Replay what was started, end what still runs, and stop the worker."""
        async with self._stack:
            try:
                if self._replays and error is None:
                    for history in filter(was_performed, await self._started.histories(self.temporal)):
                        await replay(self.registration, history)
            finally:
                # On a server that skips time, what is left open would go on in the tests that follow.
                for workflow_id in {workflow_id for workflow_id, _ in self._started.runs}:
                    await self._end(workflow_id)

    async def send(self, envelope: EnvelopeT) -> Run[StateT, ResultT]:
        """Deliver an event as ingress does, and return the execution that it is for.

        What an update replies is in the run's `reply`.

        Raises:
            temporalio.client.WorkflowUpdateFailedError: The process refused an update.
            temporalio.service.RPCError: No process runs, and this event starts none.
        """
        router = self._client.router
        route = router.route_of(envelope)
        if route is None:
            raise ValueError(f"{self.registration.contract.name} has no such event: {envelope}")
        missing = router.missing(envelope)
        if missing:
            raise ValueError(f"{route.event_type}: ingress would refuse it, without {', '.join(missing)}")
        run = self._run(router.workflow_id(envelope))
        if route.delivery.is_update:
            assert route.response is not None  # noqa: S101 - an update has a response
            run.reply = await self._client._update(route.event_type, envelope, route.response)
        else:
            await self._client._deliver(route.event_type, envelope)
        return run

    async def until(
        self, condition: Callable[[], bool | Awaitable[bool]], problem: str = "it did not happen"
    ) -> None:
        """Wait until `condition` holds, of what the process did to the world for instance.

        Raises:
            AssertionError: It never did.
        """
        await eventually(condition, problem, patience=self.patience)

    async def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let durable time pass at once; returns when the process has nothing left to do but wait.

        Every timer on the way fires in its turn.

        Raises:
            RuntimeError: The server's time is real.
            AssertionError: The process does not come to rest.
        """
        if not self.env.supports_time_skipping_v1:
            raise RuntimeError(
                "this server's time is real and cannot be advanced: give the harness time_skipping_env "
                "(process_runtime.testing.fixtures) instead of temporal_env"
            )
        await self.rest()
        duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        try:
            async with asyncio.timeout(self.patience):
                await self.env.sleep(duration)
        except TimeoutError:
            # An open workflow task holds the server's time.
            raise AssertionError(f"{duration} do not pass: {await self._stuck()}") from None
        await self._tell_time()
        await self.rest()

    async def now(self) -> datetime:
        """The server's time."""
        return await self.env.get_current_time()

    async def rest(self) -> None:
        """Wait until no execution of this test has anything left to do but wait.

        Raises:
            AssertionError: One goes on, or fails again and again.
        """
        for workflow_id in dict.fromkeys(workflow_id for workflow_id, _ in self._started.runs):
            await at_rest(
                self.temporal.get_workflow_handle(workflow_id), self.record.hanging, patience=self.patience
            )

    def _run(self, workflow_id: str) -> Run[StateT, ResultT]:
        return Run(self._client, workflow_id, self)

    @asynccontextmanager
    async def _skipping(self) -> AsyncIterator[None]:
        """Let time pass as fast as it can, where that is possible."""
        if not self.env.supports_time_skipping_v1:
            yield
            return
        unlocked: Any = self.env
        async with unlocked.time_skipping_unlocked():
            yield
        await self._tell_time()

    async def _stuck(self) -> str:
        handles = [self.temporal.get_workflow_handle(workflow_id) for workflow_id, _ in self._started.runs]
        return "; ".join([f"{handle.id}: {await stuck(handle)}" for handle in handles])

    async def _tell_time(self) -> None:
        self.events._ahead = await self.now() - datetime.now(UTC)

    async def _end(self, workflow_id: str) -> None:
        handle = self.temporal.get_workflow_handle(workflow_id)
        try:
            if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                await handle.terminate("the test is over")
        except RPCError:
            pass  # It ended by itself meanwhile.
