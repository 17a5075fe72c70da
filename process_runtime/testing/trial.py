"""One execution of people's implementation, with stand-ins for its activities, and what can be seen of it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from google.protobuf.message import Message
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Interceptor

from process_runtime.contract import Delivery, StartArguments
from process_runtime.ingress import EventRoute, Router
from process_runtime.testing.activities import StandInActivities
from process_runtime.testing.comparing import comparable
from process_runtime.testing.definition import definition_of
from process_runtime.testing.facts import RecordedFacts
from process_runtime.testing.histories import chain
from process_runtime.testing.rest import at_rest, reason, stuck
from process_runtime.testing.samples import sample_envelope
from process_runtime.testing.waiting import PATIENCE_SECONDS
from process_runtime.testing.workers import replay, serve_process
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import ProcessStatus

__all__ = ["Outcome", "Trial", "trial"]

_REFUSED: Final = b"refused: "


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one can see of an execution that has nothing left to do, apart from its own time and names."""

    closed: bool
    phase: str
    applied: int
    result: bytes
    state: bytes
    replies: tuple[bytes, ...]
    activities: tuple[tuple[str, bytes], ...]
    facts: tuple[tuple[str, bytes], ...]

    @property
    def refused(self) -> bool:
        """Whether the process refuses the event, by rule: nothing was applied, however often it came."""
        return not self.applied and bool(self.replies) and all(r.startswith(_REFUSED) for r in self.replies)


@dataclass(kw_only=True)
class Trial:
    """One execution that is given one event, any number of times."""

    client: Client
    registration: ProcessRegistration
    route: EventRoute
    envelope: Message
    arguments: StartArguments
    start: Message
    handle: WorkflowHandle[Any, Any]
    begun: int
    stand_ins: StandInActivities
    facts: RecordedFacts
    replies: list[bytes]

    async def deliver(self) -> None:
        """Deliver the event, as a signal or an update."""
        if not self.route.delivery.is_update:
            await self.handle.signal(self.route.event_type, self.envelope)
        elif (answer := await self._update()) is not None:
            self.replies.append(answer)

    async def start_again(self) -> None:
        """Start it once more, which Temporal refuses.

        Raises:
            temporalio.exceptions.WorkflowAlreadyStartedError: As it should.
        """
        await self.client.start_workflow(
            self.registration.contract.workflow_type, self.start, **self.arguments
        )

    async def settled(self) -> tuple[Outcome, ProcessStatus]:
        """Wait until it has nothing left to do; what can be seen of it, and what became of its events."""
        try:
            await at_rest(self.handle)
        except AssertionError as error:
            pytest.fail(str(error), pytrace=False)
        closed = (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING
        try:
            result = await self.handle.result() if closed else None
        except WorkflowFailureError as error:
            pytest.fail(
                f"{self.registration.contract.name} failed: {reason(error.cause)}",
                pytrace=False,
            )
        status = await self.handle.query("process_status", result_type=ProcessStatus)
        has_state = "state" in definition_of(self.registration.workflow).queries
        outcome = Outcome(
            closed=closed,
            phase=status.phase,
            applied=status.applied,
            result=self._plain(result),
            state=self._plain(await self.handle.query("state")) if has_state else b"",
            replies=tuple(dict.fromkeys(self.replies)),
            activities=tuple(sorted((name, self._plain(request)) for name, request in self.stand_ins.calls)),
            facts=tuple(sorted((kind, self._plain(message)) for kind, message in self.facts.published)),
        )
        return outcome, status

    async def histories(self) -> list[WorkflowHistory]:
        """The histories of all its runs, first run first."""
        return await chain(self.client, self.handle.id, self.handle.first_execution_run_id or "")

    async def _update(self) -> bytes | None:
        """The reply; or why the process refused, a fair answer to a sample event; None if it has ended."""
        name = self.route.event_type
        # An Update ID of its own each time: with one ID the server itself would give the first answer again.
        update = self.handle.execute_update(
            name, self.envelope, id=str(uuid.uuid4()), result_type=self.route.response
        )
        try:
            return self._plain(await asyncio.wait_for(update, PATIENCE_SECONDS))
        except WorkflowUpdateFailedError as error:
            kind = error.cause.type if isinstance(error.cause, ApplicationError) else None
            return _REFUSED + str(kind or error.cause).encode()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None
        except TimeoutError:
            pytest.fail(f"the handler of {name} does not answer: {await stuck(self.handle)}", pytrace=False)

    def _plain(self, value: Any) -> bytes:
        """A message as it can be compared with another execution's."""
        if not isinstance(value, Message):
            return b""
        names: Mapping[str, str] = {
            self.handle.id: "workflow-id",
            self.handle.first_execution_run_id or self.handle.id: "run-id",
        }
        return comparable(value, self.begun, names).SerializeToString(deterministic=True)


@asynccontextmanager
async def trial(
    client: Client,
    registration: ProcessRegistration,
    router: Router[Any],
    case: str,
    *,
    at_start: int = 1,
    interceptors: Sequence[Interceptor] = (),
) -> AsyncIterator[Trial]:
    """Start a process for a sample event, and replay every run of it at the end.

    Args:
        client: As of :func:`serve_process`.
        registration: The process.
        router: Its router.
        case: Which case of the payload oneof to send.
        at_start: How often a signal comes with the start; updates are left to the caller.
        interceptors: Of the worker. What they change has to stand in the history.
    """
    envelope = sample_envelope(router, case)
    route = router.route_of(envelope)
    if route is None:
        pytest.fail(f"{case} has no route: generate again", pytrace=False)
    contract, begun = registration.contract, int(time.time())
    stand_ins, facts = StandInActivities(), RecordedFacts()
    functions = stand_ins.functions(registration)
    async with serve_process(
        client, registration, functions, publisher=facts, interceptors=interceptors
    ) as queue:
        arguments = contract.start_arguments(
            f"{router.workflow_id(envelope)}-{uuid.uuid4()}", queue, contract.shown_key(envelope)
        )
        start = router.start_message(envelope)
        first: dict[str, Any] = {}
        if not route.delivery.is_update and route.delivery is not Delivery.START:
            # One signal with all of them: none can come too late for a process that ends with the first.
            first = {"start_signal": route.event_type, "start_signal_args": [envelope] * at_start}
        handle = await client.start_workflow(contract.workflow_type, start, **arguments, **first)
        found = Trial(
            client=client,
            registration=registration,
            route=route,
            envelope=envelope,
            arguments=arguments,
            start=start,
            handle=handle,
            begun=begun,
            stand_ins=stand_ins,
            facts=facts,
            replies=[],
        )
        yield found
        for history in await found.histories():
            await replay(registration, history)
