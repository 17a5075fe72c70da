"""Settings of payloads, the same for whoever writes or reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["DEFAULT_MAX_BYTES", "PayloadSettings"]

DEFAULT_MAX_BYTES: Final = 2_000_000
"""Below Temporal's own limit of 2 MiB, with room for what encryption adds."""

_Bytes = Annotated[int, Field(ge=1024, le=1_000_000_000)]


class PayloadSettings(BaseSettings):
    """How payloads are written. What was written otherwise is read all the same."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    payload_encoding: Literal["json", "binary"] = Field(
        default="json", description="how protobuf messages are written: json or binary"
    )
    payload_max_bytes: _Bytes = Field(
        default=DEFAULT_MAX_BYTES,
        description="most bytes that the arguments of one call, or one result, may have in the history",
    )
    payload_keys_file: Path | None = Field(
        default=None, description="file or folder with the keys that payloads are encrypted with"
    )
    payload_store: str = Field(
        default="",
        description="where large payloads are kept outside the history, e.g. file:///mnt/payloads",
    )
    payload_offload_bytes: _Bytes | None = Field(
        default=None, description="size from which a payload is kept in PAYLOAD_STORE; none when unset"
    )

    @model_validator(mode="after")
    def _offload_is_whole(self) -> Self:
        if self.payload_offload_bytes is None:
            return self
        if not self.payload_store:
            raise ValueError("PAYLOAD_OFFLOAD_BYTES: set PAYLOAD_STORE as well, where the payloads are kept")
        if self.payload_offload_bytes > self.payload_max_bytes:
            raise ValueError(
                "PAYLOAD_OFFLOAD_BYTES: is above PAYLOAD_MAX_BYTES, which refuses what is to be kept outside"
            )
        return self
