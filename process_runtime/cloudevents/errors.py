"""What can be wrong with a CloudEvent, in words that hold no value from it."""

from __future__ import annotations

from cloudevents.core.exceptions import CloudEventValidationError

__all__ = ["CloudEventError", "TooManyEventsError", "as_error"]


class CloudEventError(ValueError):
    """These bytes are no CloudEvent. The message names attributes and holds no value."""


class TooManyEventsError(CloudEventError):
    """The batch is larger than it may be."""


def as_error(error: Exception) -> CloudEventError:
    """Return what `error`, of the library or of a conversion, says about the event."""
    if isinstance(error, CloudEventError):
        return error
    if isinstance(error, CloudEventValidationError):
        # Extension names are the sender's to choose; only those of the specification are repeated.
        names = [name for name in error.errors if name.isalnum() and len(name) <= 20]
        return CloudEventError(
            f"CloudEvents attributes are malformed: {', '.join(sorted(names)) or 'extensions'}"
        )
    return CloudEventError("this is not a CloudEvent in JSON format")
