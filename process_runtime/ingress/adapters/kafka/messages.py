"""From a message as Kafka has it to one as the pipeline takes it."""

from __future__ import annotations

from typing import cast

from confluent_kafka import Message

from process_runtime.ingress.events import RawMessage

__all__ = ["raw_message"]


def raw_message(message: Message, *, subscription: str, content_type: str) -> RawMessage:
    """Return `message` for the pipeline; `content_type` is that of messages without one."""
    try:
        # The library's type allows for a dict, as a producer may have; what comes is a list of pairs.
        pairs = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    except (SystemError, UnicodeDecodeError):
        # A name that is no UTF-8: the library hands out no header at all, and what the value is nobody says.
        pairs, content_type = [], ""
    headers = {name.lower(): _text(value) for name, value in pairs if value is not None}
    body, key = message.value(), message.key()
    return RawMessage(
        subscription=subscription,
        adapter="kafka",
        position=f"{message.topic()}/{message.partition()}@{message.offset()}",
        body=_bytes(body),
        content_type=headers.get("content-type", content_type),
        headers=headers,
        attributes={
            "messaging.destination.name": message.topic() or "",
            "messaging.destination.partition.id": str(message.partition()),
            "messaging.kafka.offset": message.offset() or 0,
        },
        key=None if key is None else _bytes(key),
        tombstone=body is None,
    )


def _text(value: bytes) -> str:
    """Headers are bytes, and mostly text; any bytes at all are some text in Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""
