"""How much memory this process has needed at most, before and after messages that are meant to fill it."""

from __future__ import annotations

import json
import resource
from pathlib import Path

from tests.runtime.ingress.fuzz.mutations import Sent, mutated
from tests.runtime.ingress.fuzz.test_fuzz import through

JSON = ((b"content-type", b"application/json"),)
STRUCTURED = ((b"content-type", b"application/cloudevents+json"),)
BATCH = ((b"content-type", b"application/cloudevents-batch+json"),)
PROTOBUF = ((b"content-type", b"application/protobuf"),)
SIZE = 1_000_000


def filled(piece: bytes, size: int = SIZE) -> bytes:
    return piece * (size // len(piece))


def bombs() -> dict[str, list[Sent]]:
    """Small to send, large to hold: each as large as a message may be."""
    return {
        "objects": [Sent(b'{"posted":[' + filled(b"{},") + b"{}]}", JSON)],
        "names": [Sent(b"{" + b",".join(b'"%x":{}' % number for number in range(SIZE // 10)) + b"}", JSON)],
        "depth": [Sent(filled(b"["), JSON), Sent(filled(b'{"meta":'), JSON)],
        "batch": [Sent(b"[" + filled(b"0,", 3_900_000) + b"0]", BATCH)],
        "batches in batches": [Sent(b"[" + filled(b"[[[]]],", 3_900_000) + b"0]", BATCH)],
        "data": [Sent(b'{"data":[' + filled(b"[],") + b"0]}", STRUCTURED)],
        "unknown fields": [Sent(filled(b"\xfa\x7f\x00"), PROTOBUF), Sent(filled(b"\xf8\x7f\x01"), PROTOBUF)],
        "messages in messages": [
            Sent(filled(b"\x52\x02\x1a\x00"), PROTOBUF),
            Sent(filled(b"\x0b"), PROTOBUF),
        ],
        "headers": [Sent(b"{}", tuple((b"ce-x%d" % number, b"%41" * 1000) for number in range(1000)))],
        "the corpus": list(mutated(2_000)),
    }


def main() -> None:
    through("http", list(mutated(100)), Path())
    grown = {}
    for name, messages in bombs().items():
        before = peak()
        through("http", messages, Path())
        grown[name] = round(peak() - before)
    print(json.dumps(grown))  # noqa: T201  (what the test reads)


def peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
