"""Messages that are nearly what they should be: committed seeds, and what a generator makes of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

SEED: Final = 20_260_101
SEEDS: Final = Path(__file__).parent / "seeds.jsonl"


@dataclass(frozen=True)
class Sent:
    """A message, as bytes of whichever transport."""

    body: bytes
    headers: tuple[tuple[bytes, bytes | None], ...] = ()
    key: bytes | None = None


def seeds() -> list[Sent]:
    """Return the messages as they should be."""
    lines = [json.loads(line) for line in SEEDS.read_text().splitlines()]
    return [
        Sent(
            line["body"].encode("latin-1"),
            tuple((name.encode(), value.encode("latin-1")) for name, value in line["headers"]),
            None if line["key"] is None else line["key"].encode(),
        )
        for line in lines
    ]


HOSTILE_VALUES: Final = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"1" * 5_000,
    b"0." + b"1" * 5_000,
    b"1e-99999999999",
    b"9223372036854775808",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    rb'"\ud800"',
    rb'"\ud800\udc00"',
    rb'"\u0000"',
    b'"\xff\xfe"',
    b'"' + b"x" * 70_000 + b'"',
    b"[" * 2_000 + b"]" * 2_000,
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b'{"@type":"type.googleapis.com/google.protobuf.Any"}',
    b'{"@type":"type.googleapis.com/google.protobuf.Struct","value":' + b'{"a":' * 500 + b"1" + b"}" * 501,
    b'"0000-00-00T00:00:00Z"',
    b'"9999-12-31T23:59:59.999999999Z"',
    b'"2026-01-02T03:04:05+99:99"',
)
HOSTILE_HEADERS: Final = (
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe\xfd",
    b"%",
    b"%C0%A0",
    b"%ED%A0%80",
    b"%00",
    b'"',
    b'"\\',
    b'"' + b"\\" * 9_999 + b'"',
    b"9" * 5_000,
    b"-1",
    b"1.0",
    b"0.3",
    b"2026-01-02",
    b"not a time",
    b"x" * 70_000,
    b"; ; ;=;",
    b'application/json; messageType="',
    b"application/json; messageType*=utf-8''x",
    b"application/json; proto*0=a; proto*1=b; proto*99999999=c",
    b"application/cloudevents+json",
    b"application/cloudevents-batch+json",
    b"application/cloudevents+avro",
    b"application/protobuf",
    b"text/plain",
    b"00-00000000000000000000000000000000-0000000000000000-00",
    b"v1" * 5_000,
    b"/v1.1" + b".1" * 20_000 + b"x",
)
HEADER_NAMES: Final = (
    b"content-type",
    b"ce-specversion",
    b"ce_specversion",
    b"ce-type",
    b"ce_type",
    b"ce-time",
    b"ce_time",
    b"ce-data",
    b"ce_data",
    b"ce-",
    b"ce_",
    b"ce-datacontenttype",
    b"ce-dataschema",
    b"ce_tenant",
    b"ce-ID",
    b"traceparent",
    b"tracestate",
    b"kv-operation",
    b"\xff",
    b"x" * 1_000,
)
# Lengths that promise more than there is, groups without an end, fields of the wrong type.
PROTOBUF: Final = (
    b"\x0a\xff\xff\xff\xff\x07",
    b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\x0b" * 200,
    b"\x0c",
    b"\x00",
    b"\x0a\x00" * 500,
    b"\x52\x00\x5a\x00\x62\x00",
    b"\xf8\xff\xff\xff\x0f\x00",
    b"\x08" + b"\xff" * 11,
)
_VALUE: Final = re.compile(rb'(?<=:)\s*(?:"(?:[^"\\]|\\.)*"|[-\w.]+|\{\}|\[\])')


def mutated(count: int, seed: int = SEED) -> Iterator[Sent]:
    """Return so many messages, the same each time: first each value for each hostile one, then at random."""
    originals = seeds()
    systematic = list(chain.from_iterable(_exchanged(message) for message in _one_of_each_kind(originals)))
    yield from systematic[:count]
    rng = random.Random(seed)
    for number in range(count - len(systematic)):
        message = originals[number % len(originals)]
        for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 4))):
            message = _mutate(message, originals, rng)
        yield message


def _one_of_each_kind(originals: list[Sent]) -> list[Sent]:
    """The first seeds are one event in every encoding and binding."""
    return originals[:10]


def _exchanged(message: Sent) -> Iterator[Sent]:
    for place, (name, _) in enumerate(message.headers):
        for value in HOSTILE_HEADERS:
            headers = (*message.headers[:place], (name, value), *message.headers[place + 1 :])
            yield replace(message, headers=headers)
    for found in _VALUE.finditer(message.body):
        for value in HOSTILE_VALUES:
            yield replace(message, body=message.body[: found.start()] + value + message.body[found.end() :])


def _mutate(message: Sent, originals: list[Sent], rng: random.Random) -> Sent:
    if rng.random() < 0.35:
        return replace(message, headers=_headers(message.headers, rng))
    if rng.random() < 0.02:
        return replace(message, key=rng.choice((None, b"", b"\xff" * 100)))
    return replace(message, body=_body(message.body, originals, rng))


def _body(body: bytes, originals: list[Sent], rng: random.Random) -> bytes:  # noqa: PLR0911  (one for each kind)
    start, end = sorted((rng.randint(0, len(body)), rng.randint(0, len(body))))
    [kind] = rng.choices(range(9), (4, 1, 1, 1, 1, 1, 2, 4, 4))
    values = list(_VALUE.finditer(body))
    match kind:
        case 0 if body:
            place = rng.randrange(len(body))
            return body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :]
        case 1:
            return body[:start] + rng.randbytes(rng.randint(1, 8)) + body[start:]
        case 2:
            return body[:start] + body[end:]
        case 3:
            return body[:start]
        case 4:
            return body[:end] + body[start:]
        case 5:
            other = rng.choice(originals).body
            return body[:start] + other[rng.randint(0, len(other)) :]
        case 6:
            return body[:start] + rng.choice(PROTOBUF) + body[start:]
        case 7 if values:
            value = rng.choice(values)
            return body[: value.start()] + rng.choice(HOSTILE_VALUES) + body[value.end() :]
        case 8 if values:
            # A name that is there already, or a new one.
            name = rng.choice(
                (b"specversion", b"type", b"data", b"data_base64", b"meta", b"posted", b"tenant", b"[x.y]")
            )
            place = rng.choice(values).end()
            return body[:place] + b',"%b":%b' % (name, rng.choice(HOSTILE_VALUES)) + body[place:]
    return body[:start] + rng.choice(PROTOBUF) + body[end:]


def _headers(
    headers: tuple[tuple[bytes, bytes | None], ...], rng: random.Random
) -> tuple[tuple[bytes, bytes | None], ...]:
    changed = list(headers)
    place = rng.randrange(len(changed)) if changed else 0
    value = rng.choice(HOSTILE_HEADERS) if rng.random() < 0.7 else rng.randbytes(rng.randint(0, 20))
    match rng.randrange(5):
        case 0 if changed:
            changed[place] = (changed[place][0], value)
        case 1 if changed:
            del changed[place]
        case 2 if changed:
            changed[place] = (rng.choice(HEADER_NAMES), changed[place][1])
        case 3 if changed:
            changed[place] = (changed[place][0], None)
        case _:
            changed.insert(place, (rng.choice(HEADER_NAMES), value))
    return tuple(changed)
