"""Refusing a command with an error that its sender can tell from others."""

from __future__ import annotations

from typing import Any, Final

from temporalio.exceptions import ApplicationError

from process_runtime.updates import UpdateFailure

_RESERVED: Final = frozenset(failure.value for failure in UpdateFailure)


class Rejected(ApplicationError):  # noqa: N818 - a verdict, not a fault
    """Raise it in a handler or validator to refuse the command; nothing of it counts as applied.

    The sender of an UPDATE gets it as :class:`process_runtime.client.CommandRejected`, over HTTP as a problem
    document; that of a SIGNAL is not told. The process goes on.
    """

    def __init__(self, type: str, message: str = "", /, *details: Any) -> None:  # noqa: A002 - as it reads
        """Refuse a command.

        Args:
            type: Stable name of the reason, by which programs tell it from others, e.g. ``Overdrawn``.
            message: For people.
            details: What else the sender is to know: protobuf messages, or what JSON can hold.

        Raises:
            ValueError: `type` is empty, or one that the runtime uses itself.
        """
        if not type or type in _RESERVED:
            raise ValueError(f"Rejected: {type!r} is no type of your own: name the reason, e.g. Overdrawn")
        super().__init__(message or type, *details, type=type, non_retryable=True)
