"""Messages of NATS as the pipeline takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nats.aio.msg import Msg

from process_runtime.ingress.events import RawMessage

__all__ = ["raw_message"]

_CONTENT_TYPE: Final = "content-type"
# The server's own, and what proves who the sender is: headers are kept in dead letters.
_NOT_KEPT: Final = frozenset({"nats-pin-id", "authorization", "cookie"})
_KEY_VALUE_OPERATION: Final = "kv-operation"


def raw_message(
    message: Msg,
    *,
    subscription: str,
    position: str,
    content_type: str,
    attributes: Mapping[str, str | int] | None = None,
) -> RawMessage:
    """Return `message` as the pipeline takes it.

    Args:
        message: As it was received.
        subscription: The subscription it belongs to.
        position: Where it was found.
        content_type: What it is unless it says so itself.
        attributes: More of where it was found, by OpenTelemetry's names.
    """
    headers = {
        name.lower(): value
        for name, value in (message.headers or {}).items()
        if name.lower() not in _NOT_KEPT
    }
    return RawMessage(
        subscription=subscription,
        adapter="nats",
        position=position,
        body=message.data,
        content_type=headers.get(_CONTENT_TYPE, content_type),
        headers=headers,
        attributes={"messaging.destination.name": message.subject, **(attributes or {})},
        # How a key-value bucket says that a key was deleted.
        tombstone=not message.data and _KEY_VALUE_OPERATION in headers,
    )
