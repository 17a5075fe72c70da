"""What becomes of the headers of a message, whatever they are."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import Message

from process_runtime.ingress.adapters.kafka.messages import raw_message
from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import Reason, Rejection
from tests.runtime.ingress.parcels import ParcelRouter, event

WIRE = event("posted", "p1", 1).SerializeToString()


class Unreadable:
    """As confluent-kafka answers for a message of a client that names a header `\\xff`."""

    def __init__(self, error: Exception) -> None:
        self._message = Message(topic="parcels", partition=0, offset=7, key=b"k", value=WIRE)
        self._error = error

    def headers(self) -> Any:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)


@pytest.mark.parametrize(
    "error",
    [SystemError("returned a result with an exception set"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "")],
)
def test_headers_that_cannot_be_read_make_the_message_a_dead_letter(error: Exception) -> None:
    unreadable: Any = Unreadable(error)
    message = raw_message(unreadable, subscription="parcels", content_type="application/protobuf")
    assert (message.body, message.key, message.position) == (WIRE, b"k", "parcels/0@7")
    with pytest.raises(Rejection) as caught:
        decode(message, [ParcelRouter()])
    assert caught.value.reason is Reason.UNDECODABLE


def test_values_are_text_whatever_bytes_they_are() -> None:
    headers: list[tuple[str, str | bytes | None]] = [
        ("Content-Type", b"application/protobuf"),
        ("ce_subject", "Grüße".encode()),
        ("noise", b"\xff\x00"),
        ("nothing", None),
    ]
    received = Message(topic="parcels", partition=0, offset=0, value=WIRE, headers=headers)
    message = raw_message(received, subscription="parcels", content_type="")
    assert message.content_type == "application/protobuf"
    assert message.headers == {
        "content-type": "application/protobuf",
        "ce_subject": "Grüße",
        "noise": "\xff\x00",
    }
