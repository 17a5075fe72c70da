"""Arguments of activities, and what happens to those that Temporal would not take."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from process_runtime.payloads.errors import PayloadTooLarge


def activity_arguments(*values: Any, retry: RetryPolicy) -> tuple[list[RawValue], RetryPolicy]:
    """Return the arguments of an activity as payloads, and how it is to be repeated.

    Arguments too large are replaced by their refusal: the activity fails on its only attempt, before it runs.
    Raised here instead, the refusal would be no event of the history, and a worker that is told to take more
    could not replay it.
    """
    try:
        payloads = workflow.payload_converter().to_payloads(values)
    except PayloadTooLarge as refusal:
        return [RawValue(refusal.as_payload())], RetryPolicy(maximum_attempts=1)
    return [RawValue(payload) for payload in payloads], retry
