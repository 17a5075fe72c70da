"""From a message that can never succeed to a dead letter, and back to be sent again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from process_runtime.dead_letters import DeadLetter
from process_runtime.ingress.events import RawMessage, Rejection

__all__ = ["letter_of", "message_of"]


def letter_of(message: RawMessage, rejection: Rejection) -> DeadLetter:
    """Return the dead letter of `message`."""
    digest = hashlib.sha256()
    for part in (message.subscription, message.adapter, message.position, rejection.reason):
        digest.update(part.encode(errors="surrogatepass") + b"\0")
    digest.update(message.body)
    return DeadLetter(
        id=digest.hexdigest()[:32],
        time=datetime.now(UTC),
        process=rejection.process,
        subscription=message.subscription,
        adapter=message.adapter,
        position=message.position,
        reason=rejection.reason.value,
        detail=rejection.detail,
        headers=message.headers,
        content_type=message.content_type,
        key=message.key,
        data=message.body,
    )


def message_of(letter: DeadLetter) -> RawMessage:
    """Return the message of `letter` as its adapter got it."""
    return RawMessage(
        subscription=letter.subscription,
        adapter=letter.adapter,
        position=letter.position,
        body=letter.data,
        content_type=letter.content_type,
        headers=letter.headers,
        key=letter.key,
    )
