"""What people's activities need."""

from __future__ import annotations

from temporalio import activity


def idempotency_key() -> str:
    """Return a key for the effect of the running activity, equal on every retry and never reused.

    Hand it to the system that the activity changes, which then applies the effect once however often the
    activity is attempted: a worker that dies after the effect and before reporting it leads to another
    attempt.

    Returns:
        ``<workflow ID>/<run ID>/<activity ID>``.

    Raises:
        RuntimeError: Called outside an activity.
    """
    info = activity.info()
    return f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}"
