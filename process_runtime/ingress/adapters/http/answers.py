"""What is answered: results, and problem documents (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from process_runtime.ingress.events import EventResult, Outcome, Rejection
from process_runtime.ingress.replies import TITLE, as_dict, batch_status, detail_of, members_of, status_of

__all__ = [
    "come_again",
    "encoding_unsupported",
    "not_found",
    "rejected",
    "results",
    "too_many",
    "too_slow",
    "unauthorized",
]


def results(found: Sequence[EventResult], retry_after: int) -> Response:
    """Return the answer for the events of one message.

    Args:
        found: What became of each, in their order.
        retry_after: Seconds until the sender may come again.
    """
    return _single(found[0], retry_after) if len(found) == 1 else _several(found, retry_after)


def _single(result: EventResult, retry_after: int) -> Response:
    if result.outcome is Outcome.RETRY:
        return come_again(result.detail, retry_after)
    if result.rejection is not None:
        return rejected(result.rejection)
    status = HTTPStatus.OK if result.reply is not None else HTTPStatus.ACCEPTED
    return JSONResponse(as_dict(result), status_code=status)


def _several(found: Sequence[EventResult], retry_after: int) -> Response:
    """The answer for a batch, one result for each event in its order."""
    body = {"results": [as_dict(result) for result in found]}
    status = batch_status(found)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return JSONResponse(body, status_code=status, headers={"Retry-After": str(retry_after)})
    if status in (HTTPStatus.ACCEPTED, HTTPStatus.MULTI_STATUS):
        return JSONResponse(body, status_code=status)
    return _problem(status, "batch", "No event of the batch can succeed", "see results", **body)


def rejected(rejection: Rejection) -> Response:
    """Return the answer for an event that can never succeed."""
    title, members = TITLE[rejection.reason], members_of(rejection)
    return _problem(status_of(rejection), rejection.reason, title, detail_of(rejection), **members)


def come_again(detail: str, retry_after: int) -> Response:
    """Return the answer for what cannot be taken now; `retry_after` is in seconds."""
    response = _problem(HTTPStatus.SERVICE_UNAVAILABLE, "retry", "The event cannot be taken now", detail)
    response.headers["Retry-After"] = str(retry_after)
    return response


def too_many(wait: float) -> Response:
    """Return the answer for a client that sends more than it may; `wait` is in seconds."""
    seconds = max(1, math.ceil(wait))
    detail = f"this client sends more requests than it may; come again in {seconds} s"
    response = _problem(HTTPStatus.TOO_MANY_REQUESTS, "rate", "Too many requests", detail)
    response.headers["Retry-After"] = str(seconds)
    return response


def unauthorized(*, presented: bool) -> Response:
    """Return the answer for a stranger; `presented` says whether there was any token."""
    detail = "the bearer token is not known here" if presented else "send a bearer token"
    response = _problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "The sender is not known", detail)
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if presented else "Bearer"
    return response


def too_slow() -> Response:
    """Return the answer for a body that does not arrive."""
    detail = "the body did not arrive in time"
    response = _problem(HTTPStatus.REQUEST_TIMEOUT, "slow", "The request took too long", detail)
    response.headers["Connection"] = "close"
    return response


def encoding_unsupported() -> Response:
    """Return the answer for a body with a content encoding."""
    detail = "send the body without a content encoding"
    return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "undecodable", "The encoding is not supported", detail)


def not_found(subscriptions: Iterable[str]) -> Response:
    """Return the answer for a path that names none of `subscriptions`."""
    detail = f"POST to /events/SUBSCRIPTION; there are: {', '.join(sorted(subscriptions))}"
    return _problem(HTTPStatus.NOT_FOUND, "not_found", "No such subscription", detail)


def _problem(status: HTTPStatus, kind: str, title: str, detail: str, **members: Any) -> Response:
    return JSONResponse(
        {
            "type": f"urn:process:problem:{kind}",
            "title": title,
            "status": status,
            "detail": detail,
            **members,
        },
        status_code=status,
        media_type="application/problem+json",
    )
