"""Third stage: which process an event is for, and what starts it."""

from __future__ import annotations

from process_runtime.contract import EventMeta
from process_runtime.ingress.decode import Decoded
from process_runtime.ingress.events import NO_SPAN, Reason, Rejection, RoutedEvent
from process_runtime.telemetry import EventSpan
from process_runtime.workflow_id import WorkflowIdError

__all__ = ["route"]


def route(decoded: Decoded, meta: EventMeta, span: EventSpan = NO_SPAN) -> RoutedEvent:
    """Return the event with its workflow ID and, where the delivery may start a process, its start message.

    Raises:
        Rejection: The key gives no workflow ID.
    """
    router, process = decoded.router, decoded.router.contract.name
    event_route = router.route_of(decoded.envelope)
    if event_route is None:
        raise Rejection(Reason.UNKNOWN_TYPE, "the payload is of a type without a route", process=process)
    try:
        workflow_id = router.workflow_id(decoded.envelope)
        start = router.start_message(decoded.envelope) if event_route.delivery.may_start else None
    except WorkflowIdError as error:
        raise Rejection(Reason.INVALID, f"the key gives no workflow ID: {error}", process=process) from None
    except Exception as error:  # noqa: BLE001  (conversions of hostile values)
        detail = f"the start message cannot be filled from the event ({type(error).__name__})"
        raise Rejection(Reason.INVALID, detail, process=process) from None
    return RoutedEvent(
        message=decoded.message,
        router=router,
        envelope=decoded.envelope,
        meta=meta,
        route=event_route,
        workflow_id=workflow_id,
        start=start,
        span=span,
    )
