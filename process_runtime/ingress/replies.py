"""What somebody who waits is told about an event, whatever the transport; statuses are those of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.message import Message

from process_runtime.ingress.events import EventResult, Outcome, Reason, Rejection

__all__ = ["TITLE", "as_dict", "batch_status", "detail_of", "members_of", "status_of"]

_STATUS: Final = {
    Reason.UNDECODABLE: HTTPStatus.BAD_REQUEST,
    Reason.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.UNKNOWN_TYPE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.LATE: HTTPStatus.CONFLICT,
    Reason.NO_PROCESS: HTTPStatus.CONFLICT,
    Reason.REJECTED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
TITLE: Final = {
    Reason.UNDECODABLE: "The message cannot be decoded",
    Reason.INVALID: "The event is invalid",
    Reason.UNKNOWN_TYPE: "The event type is unknown",
    Reason.LATE: "The process has closed",
    Reason.NO_PROCESS: "No process runs for this key",
    Reason.REJECTED: "The process refused the command",
    Reason.TOO_LARGE: "The message is too large",
}


def status_of(rejection: Rejection) -> HTTPStatus:
    """Return the status of an event that can never succeed."""
    unsupported = rejection.unsupported_media_type
    return HTTPStatus.UNSUPPORTED_MEDIA_TYPE if unsupported else _STATUS[rejection.reason]


def batch_status(results: Sequence[EventResult]) -> HTTPStatus:
    """Return the status of a batch, from what became of each event in it.

    If any has to come again the whole batch has to: what was taken already is recognised by its
    idempotency key.
    """
    if any(result.outcome is Outcome.RETRY for result in results):
        return HTTPStatus.SERVICE_UNAVAILABLE
    rejections = [result.rejection for result in results if result.rejection is not None]
    if not rejections:
        return HTTPStatus.ACCEPTED
    if len(rejections) < len(results):
        return HTTPStatus.MULTI_STATUS
    statuses = {_STATUS[rejection.reason] for rejection in rejections}
    return statuses.pop() if len(statuses) == 1 else HTTPStatus.UNPROCESSABLE_ENTITY


def as_dict(result: EventResult) -> dict[str, Any]:
    """Return `result` as its sender gets it, in JSON."""
    if result.rejection is not None:
        return {
            "outcome": result.outcome,
            "detail": detail_of(result.rejection),
            **members_of(result.rejection),
        }
    fields: dict[str, Any] = {
        "outcome": result.outcome,
        "workflowId": result.workflow_id,
        "eventType": result.event_type,
    }
    if result.reply is not None:
        fields["reply"] = json_format.MessageToDict(result.reply)
    if result.detail:
        fields["detail"] = result.detail
    return fields


def detail_of(rejection: Rejection) -> str:
    """Return what is wrong, for people."""
    return rejection.detail if rejection.refusal is None else rejection.refusal.message


def members_of(rejection: Rejection) -> dict[str, Any]:
    """Return what a program reads of a rejection."""
    if rejection.refusal is None:
        return {"reason": rejection.reason}
    refusal = {
        "type": rejection.refusal.type,
        "message": rejection.refusal.message,
        "details": [_as_json(detail) for detail in rejection.refusal.details],
    }
    return {"reason": rejection.reason, "rejection": refusal}


def _as_json(value: Any) -> Any:
    return json_format.MessageToDict(value) if isinstance(value, Message) else value
