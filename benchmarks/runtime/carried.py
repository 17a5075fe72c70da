"""What one run hands to the next: its size, and the time it takes, with a full dedupe window."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from benchmarks.harness import Figure
from process_runtime.converter import data_converter
from process_runtime.workflow import CarriedState, DedupeLimits
from process_runtime.workflow.carried import decode_bytes, encode_bytes
from process_runtime.workflow.dedupe import DedupeWindow

_KEYS = 10_000
_SIZE_BOUND = 200.0  # KB, of 1,000 bytes
_TIME_BOUND = 50.0  # ms
_ROUNDS = 21


def measure(*, quick: bool) -> list[Figure]:
    """Encode in the old run and decode in the new one, with the converter of every process."""
    converter = data_converter().payload_converter
    limits = DedupeLimits(count=_KEYS)
    window = DedupeWindow(limits)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(_KEYS):
        window.add(f"orders/2026/{number:08}", now + timedelta(seconds=number))
    times = []
    size = 0
    for _ in range(3 if quick else _ROUNDS):
        began = time.perf_counter()
        carried = CarriedState(run_epoch=1, seq=0, seen=encode_bytes(window.to_bytes()))
        [payload] = converter.to_payloads([carried])
        [restored] = converter.from_payloads([payload], [CarriedState])
        again = DedupeWindow(limits, decode_bytes(restored.seen))
        times.append((time.perf_counter() - began) * 1000)
        size = payload.ByteSize()
        if len(again) != _KEYS:
            raise RuntimeError(f"{len(again)} of {_KEYS} keys arrived")
    return [
        Figure(figure="runtime.carried.size", value=size / 1000, unit="KB", bound=_SIZE_BOUND),
        Figure(
            figure="runtime.carried.hand_over", value=statistics.median(times), unit="ms", bound=_TIME_BOUND
        ),
    ]
