"""Ten thousand malformed messages through every adapter: each is an event or a rejection."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from process_runtime.ingress.decode import decode, split
from process_runtime.ingress.events import RawMessage, Rejection
from process_runtime.ingress.route import route
from process_runtime.ingress.trace import fill_trace
from process_runtime.ingress.validate import validate
from tests.runtime.ingress.fuzz import receiving
from tests.runtime.ingress.fuzz.mutations import Sent, mutated, seeds
from tests.runtime.ingress.parcels import ParcelRouter, ReceiptRouter

COUNT: Final = 10_000
MOST_MEGABYTES: Final = 256
ROOT: Final = Path(__file__).parents[4]
ROUTERS: Final = (ParcelRouter(), ReceiptRouter())


class Outcomes(Counter[str]):
    """Decodes what it is given, and counts what comes of it. Any exception but a rejection leaves it."""

    def __call__(self, message: RawMessage) -> None:
        try:
            for part in split(message):
                self._part(part)
        except Rejection as rejection:
            self._rejected(rejection)

    def _part(self, message: RawMessage) -> None:
        try:
            decoded = decode(message, ROUTERS)
            fill_trace(decoded)
            routed = route(decoded, validate(decoded))
        except Rejection as rejection:
            self._rejected(rejection)
        else:
            assert routed.workflow_id
            self["event"] += 1

    def _rejected(self, rejection: Rejection) -> None:
        assert rejection.detail.isprintable()
        assert len(rejection.detail) < 300
        self[rejection.reason] += 1


def through(transport: str, messages: list[Sent], folder: Path) -> Outcomes:
    outcomes = Outcomes()
    match transport:
        case "http":
            asyncio.run(receiving.over_http(messages, outcomes))
        case "lines":
            asyncio.run(receiving.over_lines(messages, outcomes, folder))
        case "kafka":
            receiving.over_kafka(messages, outcomes)
        case "nats":
            receiving.over_nats(messages, outcomes)
    return outcomes


@pytest.fixture(scope="module")
def corpus() -> list[Sent]:
    return list(mutated(COUNT))


def test_the_corpus_is_the_same_each_time(corpus: list[Sent]) -> None:
    assert len(corpus) == COUNT
    assert corpus == list(mutated(COUNT))
    assert len(set(corpus)) > COUNT * 9 // 10


@pytest.mark.parametrize("transport", ["http", "kafka", "nats"])
def test_the_seeds_are_events(transport: str, tmp_path: Path) -> None:
    originals = seeds()
    of_kafka = {b"ce_specversion", b"ce-specversion"}
    outcomes = through(transport, originals, tmp_path)
    binary = sum(bool(of_kafka & {name for name, _ in message.headers}) for message in originals)
    # Over HTTP the headers of Kafka's binding mean nothing, and there are tombstones elsewhere.
    assert outcomes["event"] >= len(originals) - binary // 3 - 1


@pytest.mark.requirement("R089")
@pytest.mark.parametrize("transport", ["http", "kafka", "nats", "lines"])
def test_whatever_comes_is_an_event_or_a_rejection(
    transport: str, corpus: list[Sent], tmp_path: Path
) -> None:
    outcomes = through(transport, corpus, tmp_path)
    assert outcomes["event"] > COUNT // 20
    assert outcomes["undecodable"] > COUNT // 20
    assert outcomes["invalid"] > 0


def test_memory_stays_bounded_whatever_a_message_unfolds_to() -> None:
    # In a process of its own, as a whole: what protobuf holds Python knows nothing of.
    program = [sys.executable, "-m", "tests.runtime.ingress.fuzz.memory"]
    done = subprocess.run(program, cwd=ROOT, check=True, capture_output=True, timeout=300)
    grown = json.loads(done.stdout)
    assert max(grown.values()) < MOST_MEGABYTES, grown
