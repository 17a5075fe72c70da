"""What generated tests check of a running process, on a Temporal server."""

# ruff: noqa: S101 - assertions are what these functions are for

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from google.protobuf.message import Message
from temporalio import workflow
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import Delivery
from process_runtime.ingress import Router
from process_runtime.testing.activities import StandInActivities
from process_runtime.testing.comparing import comparable
from process_runtime.testing.facts import RecordedFacts
from process_runtime.testing.recorded import HistoryFileError, histories_folder, history_files, read_history
from process_runtime.testing.rest import at_rest, reason, stuck
from process_runtime.testing.samples import sample_envelope
from process_runtime.testing.waiting import PATIENCE_SECONDS
from process_runtime.testing.workers import replay, serve_process
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import ProcessStatus

_REFUSED: Final = b"refused: "


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """What one can see of an execution that has nothing left to do."""

    closed: bool
    phase: str
    applied: int
    result: bytes
    state: bytes
    replies: tuple[bytes, ...]
    activities: tuple[tuple[str, bytes], ...]
    facts: tuple[tuple[str, bytes], ...]


async def assert_same_event_twice_applied_once(
    temporal_env: WorkflowEnvironment,
    registration: ProcessRegistration,
    router: Router[Any],
    case: str,
) -> None:
    """Assert that an event delivered twice leaves what it leaves when delivered once.

    Runs people's implementation on the server, with stand-ins for the activities, and compares state, phase,
    result, replies, activity calls and facts, apart from what an execution took from its own clock and IDs.
    An implementation that fails the process fails this test.

    Args:
        temporal_env: A server, as of :mod:`process_runtime.testing.fixtures`.
        registration: The generated registration.
        router: The generated router.
        case: Which case of the payload oneof to send.
    """
    envelope = sample_envelope(router, case)
    once, _ = await _deliver(temporal_env.client, registration, router, envelope, times=1)
    twice, status = await _deliver(temporal_env.client, registration, router, envelope, times=2)
    assert twice == once, f"{case} delivered twice is not {case} delivered once: {once} became {twice}"
    if router.routes[case].delivery is Delivery.START:
        return
    if once.applied == 0 and once.replies and all(reply.startswith(_REFUSED) for reply in once.replies):
        return  # The process refuses the sample, by rule: nothing was applied, however often it came.
    assert once.applied == 1, f"no handler has seen {case}"
    came_late = once.closed and router.routes[case].delivery.is_update
    assert came_late or status.duplicates == 1, f"the second {case} was not recognised"


async def assert_histories_replay(
    registration: ProcessRegistration,
    temporal_env: WorkflowEnvironment | None = None,
    router: Router[Any] | None = None,
) -> None:
    """Assert that recorded executions replay on today's code.

    Replays every ``.json`` and ``.json.gz`` in ``tests/histories`` beside the people's module, and, given a
    server and a router, an execution that is recorded here and now.
    """
    histories = recorded_histories(registration)
    if temporal_env is not None and router is not None:
        envelope = sample_envelope(router, next(iter(router.routes)))
        # Every execution of _deliver is replayed at its end.
        await _deliver(temporal_env.client, registration, router, envelope, times=1)
    elif not histories:
        pytest.fail("nothing to replay: no recorded history and no server", pytrace=False)
    for history in histories:
        await replay(registration, history)


def recorded_histories(registration: ProcessRegistration) -> list[WorkflowHistory]:
    """Read the histories that are committed beside the human workflow module."""
    folder = histories_folder(registration.contract)
    if folder is None:
        pytest.fail(f"{registration.contract.impl_module} is missing", pytrace=False)
    try:
        return [read_history(path) for path in history_files(folder)]
    except HistoryFileError as error:
        pytest.fail(str(error), pytrace=False)


async def _deliver(
    client: Client,
    registration: ProcessRegistration,
    router: Router[Any],
    envelope: Message,
    *,
    times: int,
) -> tuple[_Outcome, ProcessStatus]:
    """Start a process, deliver `envelope` to it `times` times, and see what is left when all is quiet."""
    route = router.route_of(envelope)
    assert route is not None
    stand_ins, facts = StandInActivities(), RecordedFacts()
    functions = stand_ins.functions(registration)
    async with serve_process(client, registration, functions, publisher=facts) as queue:
        start: dict[str, Any] = {
            "arg": router.start_message(envelope),
            "id": f"{router.workflow_id(envelope)}-{uuid.uuid4()}",
            "task_queue": queue,
            "id_reuse_policy": registration.contract.reuse_policy,
        }
        begun = int(time.time())
        replies: list[bytes] = []
        if not route.delivery.is_update and route.delivery is not Delivery.START:
            # One signal with all of them: none can come too late for a process that ends with the first.
            start |= {"start_signal": route.event_type, "start_signal_args": [envelope] * times}
        handle = await client.start_workflow(registration.contract.workflow_type, **start)
        if route.delivery is Delivery.START:
            for _ in range(times - 1):
                with pytest.raises(WorkflowAlreadyStartedError):
                    await client.start_workflow(registration.contract.workflow_type, **start)
        names = {handle.id: "workflow-id", handle.first_execution_run_id or handle.id: "run-id"}
        plain = _Plain(begun, names)
        if route.delivery.is_update:
            answers = [
                await _update(handle, route.event_type, route.response, envelope, plain) for _ in range(times)
            ]
            replies = [answer for answer in answers if answer is not None]
        outcome, status = await _settled(handle, registration, stand_ins, facts, replies=replies, plain=plain)
        await replay(registration, await handle.fetch_history())
    return outcome, status


async def _update(
    handle: WorkflowHandle[Any, Any],
    name: str,
    response: type[Message] | None,
    envelope: Message,
    plain: _Plain,
) -> bytes | None:
    """The reply; or why the process refused, a fair answer to a sample event; None if it has ended."""
    try:
        # An Update ID of its own each time: with one ID the server itself would give the first answer again.
        update = handle.execute_update(name, envelope, id=str(uuid.uuid4()), result_type=response)
        return plain(await asyncio.wait_for(update, PATIENCE_SECONDS))
    except WorkflowUpdateFailedError as error:
        kind = error.cause.type if isinstance(error.cause, ApplicationError) else None
        return _REFUSED + str(kind or error.cause).encode()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    except TimeoutError:
        pytest.fail(f"the handler of {name} does not answer: {await stuck(handle)}", pytrace=False)


async def _settled(
    handle: WorkflowHandle[Any, Any],
    registration: ProcessRegistration,
    stand_ins: StandInActivities,
    facts: RecordedFacts,
    *,
    replies: list[bytes],
    plain: _Plain,
) -> tuple[_Outcome, ProcessStatus]:
    try:
        await at_rest(handle)
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)
    closed = (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING
    try:
        result = await handle.result() if closed else None
    except WorkflowFailureError as error:
        pytest.fail(f"{registration.contract.name} failed: {reason(error.cause)}", pytrace=False)
    status = await handle.query("process_status", result_type=ProcessStatus)
    # Private to the SDK, which has no public way to ask what a workflow class answers to.
    has_state = "state" in workflow._Definition.must_from_class(registration.workflow).queries
    return (
        _Outcome(
            closed=closed,
            phase=status.phase,
            applied=status.applied,
            result=plain(result),
            state=plain(await handle.query("state")) if has_state else b"",
            replies=tuple(dict.fromkeys(replies)),
            activities=tuple(sorted((name, plain(request)) for name, request in stand_ins.calls)),
            facts=tuple(sorted((kind, plain(message)) for kind, message in facts.published)),
        ),
        status,
    )


@dataclass(frozen=True)
class _Plain:
    """Turns messages of one execution into what can be compared with another's."""

    begun: int
    names: Mapping[str, str]

    def __call__(self, value: Any) -> bytes:
        if not isinstance(value, Message):
            return b""
        return comparable(value, self.begun, self.names).SerializeToString(deterministic=True)
