"""How failures are written when payloads are encrypted."""

from __future__ import annotations

from typing import Final

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter

from process_runtime.payloads.errors import PayloadKeyError, PayloadStoreError

__all__ = ["EncryptedFailureConverter"]

_PLAIN: Final = DefaultFailureConverter()


class EncryptedFailureConverter(DefaultFailureConverter):
    """Puts message and stack trace where the codec encrypts them; the type of an error stays readable.

    What says that keys are missing or wrong stays readable as well: whoever is to mend it may be unable to
    decrypt it, and it quotes nothing.
    """

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """Write `exception` into `failure`."""
        if isinstance(exception, PayloadKeyError | PayloadStoreError):
            _PLAIN.to_failure(exception, payload_converter, failure)
        else:
            super().to_failure(exception, payload_converter, failure)
