"""Updates, as workflow, client and ingress agree on them: their IDs, and why the runtime fails one."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final

__all__ = ["UpdateFailure", "update_id"]

_LONGEST: Final = 255
_PREFIX: Final = "sha256:"


class UpdateFailure(StrEnum):
    """Types of the errors with which the runtime or Temporal, not people's code, answers an update."""

    CONTINUED_AS_NEW = "ContinuedAsNew"
    """The process goes on as a new run, which has the event: sent again, the update gets its reply."""
    RUN_ENDED = "AcceptedUpdateCompletedWorkflow"
    """Temporal's own: the run ended with the update unanswered."""
    PROCESS_ENDED = "ProcessEnded"
    """The process failed or was cancelled before the event's turn came."""
    ALREADY_APPLIED = "AlreadyApplied"
    """The event was applied so long ago that its reply is no longer kept."""
    STALE_EVENT = "StaleEvent"
    """An event of the same aggregate, of this version or a newer one, was applied."""
    UNKNOWN_EVENT = "UnknownEvent"
    """The worker cannot read the event; perhaps it is older than the sender."""


def update_id(idempotency_key: str) -> str | None:
    """Return the Update ID under which Temporal knows the update with this idempotency key.

    It is the key itself unless that is longer than Temporal takes.

    Args:
        idempotency_key: Of the event.

    Returns:
        At most 255 bytes, equal for equal keys; None for an empty key, which says nothing.
    """
    encoded = idempotency_key.encode()
    if len(encoded) > _LONGEST or idempotency_key.startswith(_PREFIX):
        return _PREFIX + sha256(encoded).hexdigest()
    return idempotency_key or None
