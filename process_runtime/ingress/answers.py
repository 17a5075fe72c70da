"""What Temporal's answer to a call means for the events of the call."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from google.protobuf.message import Message
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.commands import CommandRejected, is_to_be_sent_again
from process_runtime.ingress.events import (
    EventResult,
    Outcome,
    Reason,
    Refusal,
    Rejection,
    RoutedEvent,
    Transient,
)
from process_runtime.payloads.errors import PayloadKeyError, PayloadStoreError, PayloadTooLarge
from process_runtime.updates import UpdateFailure

__all__ = [
    "NoProcess",
    "answered",
    "late",
    "meaning_of",
    "raise_if_cancelled",
    "raise_if_payload",
    "require_encodable",
    "result_of",
]

# Texts of the server for which there is no status code of their own; service/history/consts in
# temporalio/temporal.
_WORKFLOW_BUSY: Final = "workflow is busy"
_SIGNALS_EXHAUSTED: Final = "limit for signal"
_SIZE_LIMITS: Final = ("exceeds size limit", "exceeds limit", "larger than max")
_NAMESPACE_MISSING: Final = b"temporal.api.errordetails.v1.NamespaceNotFoundFailure"


class NoProcess(Exception):  # noqa: N818  (expected in operation)
    """The event cannot start a process and none runs; one may start soon."""

    def __init__(self) -> None:
        super().__init__("no process runs for this key")


async def meaning_of(
    client: Client, event: RoutedEvent, error: RPCError, rpc_timeout: timedelta
) -> Exception:
    """Return what an error of Temporal says about the event, as an exception of the delivery stage."""
    process = event.router.contract.name
    text = error.message.lower()
    if _NAMESPACE_MISSING in error.raw_grpc_status:
        return Transient("the namespace does not exist")
    if error.status is RPCStatusCode.NOT_FOUND and event.start is None:
        return await _absence(client, event, rpc_timeout)
    if any(limit in text for limit in _SIZE_LIMITS) and error.status in (
        RPCStatusCode.INVALID_ARGUMENT,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    ):
        return Rejection(Reason.TOO_LARGE, "Temporal finds the event too large", process=process)
    if error.status is RPCStatusCode.INVALID_ARGUMENT and _SIGNALS_EXHAUSTED not in text:
        return Rejection(Reason.INVALID, "Temporal finds the request invalid", process=process)
    # Anything else, refused credentials included, is not the event's fault and may pass.
    # One process that has too much to do is no reason to hold up all others.
    overloaded = error.status is RPCStatusCode.RESOURCE_EXHAUSTED and not any(
        one in text for one in (_SIGNALS_EXHAUSTED, _WORKFLOW_BUSY)
    )
    return Transient(f"Temporal answered {error.status.name}", overloaded=overloaded)


async def _absence(client: Client, event: RoutedEvent, rpc_timeout: timedelta) -> Exception:
    """No process runs: it may have closed for good, or may not have started yet."""
    if event.router.contract.reuse_policy is not WorkflowIDReusePolicy.REJECT_DUPLICATE:
        return NoProcess()
    try:
        description = await client.get_workflow_handle(event.workflow_id).describe(rpc_timeout=rpc_timeout)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return NoProcess()
        return Transient(f"Temporal answered {error.status.name}")
    running = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)
    return NoProcess() if description.status in running else late(event)


def raise_if_payload(error: Exception, event: RoutedEvent) -> None:
    """Say what an error of our own data converter means for the event."""
    if isinstance(error, PayloadTooLarge):
        raise Rejection(Reason.TOO_LARGE, error.message, process=event.router.contract.name) from None
    if isinstance(error, PayloadKeyError | PayloadStoreError):
        raise Transient(str(error)) from None


async def require_encodable(client: Client, event: RoutedEvent) -> None:
    """Binary protobuf can hold what JSON cannot: a timestamp out of range, an Any of an unknown type.

    Raises:
        Rejection: `event` holds such a value.
    """
    messages = [event.envelope] if event.start is None else [event.envelope, event.start]
    try:
        await client.data_converter.encode(messages)
    except Exception as error:  # noqa: BLE001  (a converter may be anybody's)
        detail = f"the event holds a value that cannot be encoded for Temporal ({type(error).__name__})"
        raise Rejection(Reason.INVALID, detail, process=event.router.contract.name) from None


def raise_if_cancelled() -> None:
    """The SDK reports the cancellation of our own task as a timeout; it must not be swallowed."""
    if (task := asyncio.current_task()) is not None and task.cancelling():
        raise asyncio.CancelledError


def late(event: RoutedEvent) -> Rejection:
    """Return that the process of `event` has closed for good."""
    detail = "the process for this key has closed, and its reuse policy starts no other"
    return Rejection(Reason.LATE, detail, process=event.router.contract.name)


def result_of(event: RoutedEvent, outcome: Outcome, *, reply: Message | None = None) -> EventResult:
    """Return that `outcome` became of `event`."""
    return EventResult(
        outcome=outcome, workflow_id=event.workflow_id, event_type=event.meta.event_type, reply=reply
    )


def answered(event: RoutedEvent, rejected: CommandRejected) -> EventResult:
    """What the failure of an update says about its event."""
    contract = event.router.contract
    if is_to_be_sent_again(rejected, contract, event.route.delivery):
        raise Transient("the run of the process ended before it handled the update")
    match rejected.type:
        case UpdateFailure.ALREADY_APPLIED:
            return result_of(event, Outcome.DUPLICATE)
        case UpdateFailure.PROCESS_ENDED:
            raise late(event)
        case UpdateFailure.UNKNOWN_EVENT:
            detail = "the process's worker does not know the event, perhaps not yet"
            raise Rejection(Reason.UNKNOWN_TYPE, detail, process=contract.name)
    # Its type names a reason and no data; its message may hold some.
    detail = f"the process refused the update ({rejected.type})"
    refusal = Refusal(type=rejected.type, message=rejected.message, details=rejected.details)
    raise Rejection(Reason.REJECTED, detail, process=contract.name, refusal=refusal)
