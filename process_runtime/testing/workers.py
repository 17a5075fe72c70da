"""A worker for tests, in the test's own process."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Interceptor, Replayer, Worker, WorkflowReplayResult
from temporalio.workflow import NondeterminismError

from process_runtime.activities.publish import publish_activity
from process_runtime.contract import ProcessContract
from process_runtime.converter import data_converter
from process_runtime.metrics import Metrics
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.publishers import Publisher
from process_runtime.search_attributes import register
from process_runtime.telemetry import Telemetry
from process_runtime.testing.activities import StandInActivities
from process_runtime.testing.facts import RecordedFacts
from process_runtime.testing.people import human_class
from process_runtime.testing.replays import SESSION
from process_runtime.worker import ProcessRegistration, workflow_options


@asynccontextmanager
async def serve_process(
    client: Client,
    registration: ProcessRegistration,
    activities: Sequence[Callable[..., Any]] | None = None,
    *,
    publisher: Publisher | None = None,
    max_cached_workflows: int = 1000,
    replays: bool = True,
    telemetry: Telemetry | None = None,
    interceptors: Sequence[Interceptor] = (),
) -> AsyncIterator[str]:
    """Serve one process on a task queue of its own and yield the queue's name.

    Queues that the contract gives to single activities are served as well, and search attributes that the
    server lacks are registered.

    Any exception out of people's workflow code fails the execution, where a real worker repeats the step
    until a fix is deployed: a test should fail, not wait.

    Args:
        client: Connected with :func:`process_runtime.converter.data_converter`.
        registration: The process.
        activities: The functions to register; stand-ins that answer with empty responses when None.
        publisher: Takes the facts of every stream, e.g. `RecordedFacts`; they go nowhere when None.
        max_cached_workflows: 0 replays the whole history at every step.
        replays: Whether what is started is replayed at the session's end, in a fresh process. False only for
            a test that changes workflow code while executions run.
        telemetry: What is told of attempts to publish; the rest of tracing comes with `client`.
        interceptors: Of the worker, beside those that every worker has.
    """
    queue = f"{registration.contract.task_queue}-{uuid.uuid4()}"
    if replays:
        SESSION.serve(queue, registration)
    if activities is None:
        activities = StandInActivities().functions(registration)
    if registration.used_streams:
        streams = {(registration.contract.name, stream.name) for stream in registration.streams}
        publishers = dict.fromkeys(streams, publisher or RecordedFacts())
        activities = [*activities, publish_activity(publishers, Metrics(), telemetry)]
    await _register(client, registration.contract)
    options = workflow_options([registration])
    async with AsyncExitStack() as workers:
        for other in _other_queues(registration) if activities else ():
            await workers.enter_async_context(Worker(client, task_queue=other, activities=activities))
        await workers.enter_async_context(
            Worker(
                client,
                task_queue=queue,
                workflows=registration.workflows,
                activities=activities,
                workflow_runner=options["workflow_runner"],
                interceptors=[*options["interceptors"], *interceptors],
                workflow_failure_exception_types=[Exception],
                max_cached_workflows=max_cached_workflows,
            )
        )
        yield queue


async def _register(client: Client, contract: ProcessContract) -> None:
    """Have the server know the contract's search attributes: without them it refuses the workflow's steps."""
    found = await register(client, [contract])
    if found.unchecked:
        # The time-skipping server cannot say which it has.
        for attribute in contract.search_attributes:
            request = AddSearchAttributesRequest(namespace=client.namespace)
            kind = IndexedValueType.ValueType(attribute.key.indexed_value_type)
            request.search_attributes[attribute.key.name] = kind
            try:
                await client.operator_service.add_search_attributes(request)
            except RPCError as error:
                if error.status is not RPCStatusCode.ALREADY_EXISTS:
                    raise


def _other_queues(registration: ProcessRegistration) -> list[str]:
    """Task queues that single activities of the contract are sent to, in alphabetical order."""
    options = human_class(registration.contract).activity_options.values()
    return sorted({option.task_queue for option in options if option.task_queue})


async def replay(registration: ProcessRegistration, history: WorkflowHistory) -> None:
    """Replay a history against the process's current code.

    Raises:
        temporalio.workflow.NondeterminismError: The code decides otherwise than the history says.
    """
    result = await replayer(registration).replay_workflow(history, raise_on_replay_failure=False)
    failure = difference(result)
    if failure is not None:
        raise failure


def difference(result: WorkflowReplayResult) -> Exception | None:
    """Return what a replay did otherwise than its history says.

    An execution that failed by a bug fails by it again: that is no difference.
    """
    failure = result.replay_failure
    ended = result.history.events[-1]
    if (
        failure is not None
        and not isinstance(failure, NondeterminismError)
        and ended.HasField("workflow_execution_failed_event_attributes")
    ):
        return None
    return failure


def replayer(registration: ProcessRegistration, interceptors: Sequence[Interceptor] = ()) -> Replayer:
    """Return what replays histories of a process, each in a fresh sandbox.

    Args:
        registration: The process.
        interceptors: What watches the replay.
    """
    options = workflow_options([registration])
    options["interceptors"] = [*options["interceptors"], *interceptors]
    return Replayer(
        workflows=registration.workflows,
        **options,
        data_converter=data_converter(PayloadSettings()),
        # No failure exception types: with them a difference would count as a failed workflow.
    )
