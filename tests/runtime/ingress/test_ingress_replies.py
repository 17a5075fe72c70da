"""Statuses are the same whatever the transport that answers."""

from http import HTTPStatus

import pytest

from process_runtime.ingress.adapters.http import answers
from process_runtime.ingress.adapters.nats import requests
from process_runtime.ingress.events import EventResult, Outcome, Reason, Rejection

DELIVERED = EventResult(outcome=Outcome.DELIVERED)
RETRY = EventResult(outcome=Outcome.RETRY)
LATE = EventResult(outcome=Outcome.REJECTED, rejection=Rejection(Reason.LATE, "closed"))
INVALID = EventResult(outcome=Outcome.REJECTED, rejection=Rejection(Reason.INVALID, "no key"))


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ([], 202),
        ([DELIVERED, DELIVERED], 202),
        ([DELIVERED, LATE], 207),
        ([LATE, LATE], 409),
        ([LATE, INVALID], 422),
        ([LATE, RETRY], 503),
    ],
)
def test_a_batch_has_the_same_status_over_http_and_nats(results: list[EventResult], status: int) -> None:
    assert answers.results(results, retry_after=2).status_code == status
    assert requests._several(results)[0] == status


def test_what_a_process_says_in_several_lines_is_one_line_of_a_header() -> None:
    _, headers, _ = requests._problem(HTTPStatus.CONFLICT, "closed", "no\r\nProcess-Status: 200")
    assert headers["Nats-Service-Error"] == "no Process-Status: 200"
