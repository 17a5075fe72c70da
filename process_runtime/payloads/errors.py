"""What can be wrong with a payload."""

from __future__ import annotations

from typing import Final

from temporalio.api.common.v1 import Payload
from temporalio.exceptions import ApplicationError

__all__ = ["REFUSED", "PayloadKeyError", "PayloadStoreError", "PayloadTooLarge"]

REFUSED: Final = "binary/refused"
"""Encoding of the payload that stands for one too large."""


class PayloadTooLarge(ApplicationError):  # noqa: N818 - its name is the failure type that people see
    """A value has more bytes than ``PAYLOAD_MAX_BYTES``. Trying again cannot help."""

    def __init__(self, message: str, *, size: int = 0) -> None:
        """Refuse a value.

        Args:
            message: Says which, how large it is and how to mend it. Quotes nothing.
            size: In bytes; 0 where only the message is known.
        """
        super().__init__(message, type="PayloadTooLarge", non_retryable=True)
        self.size = size

    def as_payload(self) -> Payload:
        """A small payload to send in place of what was refused; reading it raises the refusal.

        So the refusal becomes an event of the history, and a replay with another limit goes the same way.
        """
        return Payload(metadata={"encoding": REFUSED.encode()}, data=self.message.encode())


class PayloadKeyError(Exception):
    """A payload cannot be decrypted here: its key is missing, or it was altered."""


class PayloadStoreError(Exception):
    """The store of large payloads does not have, or does not take, a payload now."""
