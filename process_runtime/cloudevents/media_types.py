"""Which content mode a message is in, from its content type and the names of its headers.

https://github.com/cloudevents/spec/tree/main/cloudevents/bindings
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cloudevents.core.bindings.http import CE_PREFIX as HTTP_PREFIX
from cloudevents.core.bindings.kafka import CE_PREFIX as KAFKA_PREFIX

__all__ = [
    "BATCH_MEDIA_TYPE",
    "HTTP_PREFIX",
    "KAFKA_PREFIX",
    "STRUCTURED_MEDIA_TYPE",
    "is_binary",
    "media_type",
]

STRUCTURED_MEDIA_TYPE: Final = "application/cloudevents+json"
BATCH_MEDIA_TYPE: Final = "application/cloudevents-batch+json"

_HTTP_MARK: Final = f"{HTTP_PREFIX}specversion"
_KAFKA_MARK: Final = f"{KAFKA_PREFIX}specversion"


def is_binary(headers: Mapping[str, str]) -> bool:
    """Whether `headers`, names in lower case, are those of an event in binary content mode.

    A content type of the CloudEvents formats goes before: such an event may carry these headers too.
    """
    return _HTTP_MARK in headers or _KAFKA_MARK in headers


def media_type(content_type: str) -> str:
    """Return the media type of a ``content-type``, in lower case and without parameters."""
    return content_type.partition(";")[0].strip().lower()
