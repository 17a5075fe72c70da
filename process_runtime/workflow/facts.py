"""Emitting facts: numbered and described here, where a replay repeats it; published by an activity.

The attributes are those of CloudEvents 1.0 and of its extensions sequence, partitioning and distributed
tracing. https://github.com/cloudevents/spec/tree/main/cloudevents
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import FailureError

from process_runtime.contract import (
    BEGUN_BY,
    NOTES_LENGTH,
    PUBLISHES_LOCALLY,
    EventMeta,
    OutboundFact,
    ProcessContract,
)
from process_runtime.tracing import TraceContext, trace_context
from process_runtime.workflow.arguments import activity_arguments
from process_runtime.workflow.carried import CarriedCause, message_payload
from process_runtime.workflow.scope import current_scope
from process_runtime.workflow.shielded import wait_shielded

PUBLISH_FACT: Final = "process_runtime.publish_fact"
"""Type of the activity that publishes; every worker of a process with outbound facts has it."""

_NAMESPACE: Final = UUID("6f1f6d6c-3f0e-5c1e-9a53-5d0d7c1c2f0b")
_ATTEMPT_TIMEOUT: Final = timedelta(seconds=30)
# Without a limit: a fact that is not published has to survive any outage of its broker.
_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
    maximum_attempts=0,
)
# Tried within the workflow task first, which saves an activity and a workflow task. Once, and in less time
# than the task has.
_LOCAL_ATTEMPT: Final = timedelta(seconds=2)
_LOCAL_TOTAL: Final = timedelta(seconds=3)
_ONCE: Final = RetryPolicy(maximum_attempts=1)


@dataclass(frozen=True, kw_only=True)
class FactDescription:
    """All of a fact but its data; an argument of the publishing activity. Fields are only ever added."""

    process: str
    stream: str
    """Logical stream, bound to a real one by the worker."""
    attributes: dict[str, str]
    """CloudEvents attributes by name, ``time`` in RFC 3339; without ``specversion`` and
    ``datacontenttype``."""


class FactOutbox:
    """Publishes the facts of one execution, one at a time, in the order in which they were emitted."""

    def __init__(
        self,
        contract: ProcessContract,
        next_position: Callable[[], tuple[int, int]],
        tenant: Callable[[], str],
    ) -> None:
        """Prepare an outbox.

        Args:
            contract: The process's contract.
            next_position: Returns the run's epoch and the next number of the execution.
            tenant: Returns whose the process is, as far as its key says so.
        """
        self._contract = contract
        self._next_position = next_position
        self._tenant = tenant
        self._turn = asyncio.Lock()
        # A replay may see a history of another length, and needs the note of when it was long enough.
        self._locally = all(
            workflow.memo_value(name, False, type_hint=bool) for name in (PUBLISHES_LOCALLY, NOTES_LENGTH)
        )
        self._unpublished = 0
        self.cause: CarriedCause | None = None
        """What led to the facts emitted now: the event that is handled, or was handled last."""

    def handling(self, meta: EventMeta, trace: TraceContext | None) -> None:
        """Note the event that a handler is about to see, and the trace it belongs to."""
        context = {} if trace is None else trace._asdict()
        self.cause = CarriedCause(**{**meta.to_cause(), **context})

    def begun(self) -> None:
        """Note the event that is nothing but the start, if the process began with one."""
        self.cause = workflow.memo_value(BEGUN_BY, None, type_hint=CarriedCause)

    @property
    def idle(self) -> bool:
        """Whether every fact is published."""
        return self._unpublished == 0

    async def emit(self, declared: OutboundFact, fact: Message) -> None:
        """Publish `fact`, and return once its stream has it.

        A cancellation does not interrupt it: it is raised when the fact is published.
        """
        publishing = self._begin(declared, fact)
        cancelled = await wait_shielded(publishing)
        publishing.result()
        if cancelled:
            raise asyncio.CancelledError

    def queue(self, declared: OutboundFact, fact: Message) -> None:
        """Publish `fact` after those that were emitted before, without anybody waiting for it."""
        self._begin(declared, fact).add_done_callback(_log_failure)

    def _begin(self, declared: OutboundFact, fact: Message) -> asyncio.Task[None]:
        # Copied: what people do with their message while the fact waits is not what they emitted.
        payload = message_payload(fact)
        description = FactDescription(
            process=self._contract.name, stream=declared.stream, attributes=self._attributes(declared, fact)
        )
        self._unpublished += 1
        publishing = asyncio.create_task(self._publish(description, RawValue(payload)))
        publishing.add_done_callback(self._published)
        return publishing

    def _published(self, _: object) -> None:
        self._unpublished -= 1

    async def _publish(self, description: FactDescription, fact: RawValue) -> None:
        args, retry = activity_arguments(description, fact, retry=_RETRY)
        async with self._turn:
            if self._locally and retry is _RETRY and await self._published_locally(args):
                return
            await workflow.execute_activity(
                PUBLISH_FACT,
                args=args,
                start_to_close_timeout=_ATTEMPT_TIMEOUT,
                retry_policy=retry,
                summary=description.attributes["type"],
            )

    async def _published_locally(self, args: Sequence[RawValue]) -> bool:
        try:
            await workflow.execute_local_activity(
                PUBLISH_FACT,
                args=args,
                start_to_close_timeout=_LOCAL_ATTEMPT,
                schedule_to_close_timeout=_LOCAL_TOTAL,
                retry_policy=_ONCE,
            )
        except FailureError:
            # An activity of its own outlives any outage, and shows in the history what it waits for.
            return False
        return True

    def _attributes(self, declared: OutboundFact, fact: Message) -> dict[str, str]:
        info = workflow.info()
        epoch, number = self._next_position()
        cause, tenant = self.cause or CarriedCause(), self._tenant()
        trace = trace_context(cause.traceparent, cause.tracestate)
        attributes = {
            "id": _identifier(declared, fact, info, (epoch, number)),
            "source": f"/processes/{self._contract.name}",
            "type": declared.event_type,
            # A type has no slash, so what is behind the first is the workflow ID.
            "subject": f"{self._contract.workflow_type}/{info.workflow_id}",
            "time": workflow.now().isoformat().replace("+00:00", "Z"),
            "dataschema": declared.schema_uri,
            "schemaversion": ".".join(map(str, self._contract.api_version)),
            "partitionkey": "/".join(_values(fact, declared.partition_key_fields))
            or "/".join(filter(None, [tenant, info.workflow_id])),
            "tenant": tenant,
            # Compared as text, so every number has the same width.
            "sequence": f"{epoch:010}.{number:010}",
            "processinstanceid": info.workflow_id,
            "processrunid": info.run_id,
            "runepoch": str(epoch),
            "workflowtype": self._contract.workflow_type,
            "correlationid": cause.correlation_id or info.workflow_id,
            "causationid": cause.causation_id,
            "traceparent": trace.traceparent if trace else "",
            "tracestate": trace.tracestate if trace else "",
        }
        # CloudEvents has no empty attributes.
        return {name: value for name, value in attributes.items() if value}


async def emit_fact(outbox: FactOutbox | None, declared: OutboundFact, fact: Message) -> None:
    """Emit `fact` from the running process; no new run begins before it is published.

    Raises:
        RuntimeError: No process is running.
    """
    scope = current_scope()
    if outbox is None or scope is None:
        raise RuntimeError("a fact is emitted by a running process: from run() or a handler")
    scope.refuse_if_ended()
    with scope.activity():
        await outbox.emit(declared, fact)


def _log_failure(publishing: asyncio.Task[None]) -> None:
    if not publishing.cancelled() and publishing.exception() is not None:
        workflow.logger.error("a fact cannot be published: %s", publishing.exception())


def _identifier(declared: OutboundFact, fact: Message, info: workflow.Info, position: tuple[int, int]) -> str:
    """Equal for one fact however often it is published, and for no two facts."""
    if declared.idempotency_key_fields:
        # Values tell the facts apart, so a process that is run again for the same key repeats its IDs.
        parts = [info.workflow_id, declared.event_type, *_values(fact, declared.idempotency_key_fields)]
    else:
        parts = [info.workflow_id, info.first_execution_run_id, *map(str, position)]
    return str(uuid5(_NAMESPACE, json.dumps(parts)))


def _values(fact: Message, paths: Sequence[str]) -> list[str]:
    return [_text(_value(fact, path)) for path in paths]


def _value(message: Any, path: str) -> Any:
    for name in path.split("."):
        message = getattr(message, name)
    return message


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
