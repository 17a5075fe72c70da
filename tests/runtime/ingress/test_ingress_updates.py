"""What the failure of an update says about its event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from process_runtime.commands import CommandRejected, is_to_be_sent_again
from process_runtime.contract import Delivery
from process_runtime.ingress.answers import answered
from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import Outcome, Reason, Rejection, RoutedEvent, Transient
from process_runtime.ingress.route import route
from process_runtime.ingress.validate import validate
from process_runtime.updates import UpdateFailure, update_id
from tests.runtime.ingress.parcels import PARCEL, ParcelRouter, event
from tests.runtime.ingress.scripted import message


def routed() -> RoutedEvent:
    decoded = decode(message(event("weigh", "a", 1)), [ParcelRouter()])
    return route(decoded, validate(decoded))


def failed(kind: str) -> CommandRejected:
    return CommandRejected(ApplicationError("it says why", {"limit": 3}, type=kind))


@pytest.mark.parametrize("kind", [UpdateFailure.CONTINUED_AS_NEW, UpdateFailure.RUN_ENDED])
def test_an_update_that_met_a_hand_over_comes_again(kind: str) -> None:
    with pytest.raises(Transient):
        answered(routed(), failed(kind))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (UpdateFailure.PROCESS_ENDED, Reason.LATE),
        (UpdateFailure.UNKNOWN_EVENT, Reason.UNKNOWN_TYPE),
        (UpdateFailure.STALE_EVENT, Reason.REJECTED),
        ("Overdrawn", Reason.REJECTED),
    ],
)
def test_what_can_never_succeed_is_told_by_its_reason(kind: str, reason: Reason) -> None:
    with pytest.raises(Rejection) as caught:
        answered(routed(), failed(kind))
    assert caught.value.reason is reason
    # A stream's log and dead letter hold the detail; the message is for the caller alone.
    assert "it says why" not in caught.value.detail
    if reason is Reason.REJECTED:
        refusal = caught.value.refusal
        assert refusal is not None
        assert (refusal.type, refusal.message, list(refusal.details)) == (kind, "it says why", [{"limit": 3}])


def test_an_update_applied_long_ago_is_a_duplicate() -> None:
    assert answered(routed(), failed(UpdateFailure.ALREADY_APPLIED)).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize(
    ("delivery", "policy", "again"),
    [
        (Delivery.UPDATE, WorkflowIDReusePolicy.ALLOW_DUPLICATE, False),
        (Delivery.UPDATE_WITH_START, WorkflowIDReusePolicy.REJECT_DUPLICATE, False),
        (Delivery.UPDATE_WITH_START, WorkflowIDReusePolicy.ALLOW_DUPLICATE, True),
        (Delivery.UPDATE_WITH_START, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY, True),
    ],
)
def test_an_update_that_found_the_process_ending_comes_again_where_it_may_start_another(
    delivery: Delivery, policy: WorkflowIDReusePolicy, again: bool
) -> None:
    contract = replace(PARCEL, reuse_policy=policy)
    assert is_to_be_sent_again(failed(UpdateFailure.PROCESS_ENDED), contract, delivery) is again


def test_an_update_id_is_the_key_unless_that_is_too_long() -> None:
    assert update_id("order-1") == "order-1"
    assert update_id("") is None
    long = [update_id(f"{number}" + "ü" * 300) for number in (1, 2, 1)]
    assert all(found is not None and len(found.encode()) <= 255 for found in long)
    assert long[0] == long[2] != long[1]
    # No key of anybody's choice is taken for another's digest.
    assert update_id(long[0] or "") != long[0]
