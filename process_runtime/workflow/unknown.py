"""Events that this worker does not know or cannot read: kept for one that can, in this run or a later one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload

from process_runtime import coalesced
from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.workflow.carried import CarriedUnknown, decode_bytes, encode_payload
from process_runtime.workflow.counts import EventCounters

UNKNOWN_KEPT: Final = 1_000
"""Signals of unknown type kept for a newer worker; beyond it the oldest is given up: counted, and an error
logged."""
UNKNOWN_BYTES: Final = 512 * 1024
"""The same in bytes: Temporal fails an execution that carries more than 2 MiB into a new run."""


@dataclass(slots=True)
class Unknown:
    """A signal that this worker does not know."""

    name: str
    """Empty for a known signal whose payload was of an unknown type."""
    payloads: Sequence[Payload] = field(default_factory=tuple)
    content: Sequence[Any] | None = None
    """What it holds, as far as this worker can tell: envelopes, or for a signal of several types what
    `parts_of` says. Nothing where it cannot. None until somebody asked."""

    @property
    def size(self) -> int:
        """Bytes of its payloads."""
        return sum(payload.ByteSize() for payload in self.payloads)


class UnknownEvents:
    """The unknown events of an execution, and what of them a worker has come to know.

    Where in a run a worker kept a signal, and where one began to know it, has to stand in the history: its
    replay has to do the same on a worker that knows more.
    """

    def __init__(
        self, event_types: Collection[str], can_read: Callable[[Any], bool], counters: EventCounters
    ) -> None:
        """Keep none yet.

        Args:
            event_types: What this worker knows.
            can_read: Whether it can read an envelope.
            counters: Where what is kept and what is given up is counted.
        """
        self._event_types = event_types
        self._can_read = can_read
        self._counters = counters
        self._kept: deque[Unknown] = deque()
        self._bytes = 0
        self._signals = 0
        self._kept_before: set[str] = set()
        """Signals this worker knows, of which the run keeps some."""
        self._taken_up: set[str] = set()

    def restore(self, carried: Sequence[CarriedUnknown]) -> None:
        """Take over what the run before kept."""
        for kept in carried:
            self._add(Unknown(kept.name, [Payload.FromString(decode_bytes(text)) for text in kept.payloads]))

    def carried(self) -> list[CarriedUnknown]:
        """What the next run takes over."""
        return [
            CarriedUnknown(name=unknown.name, payloads=[encode_payload(p) for p in unknown.payloads])
            for unknown in self._kept
        ]

    def keep(self, name: str, payloads: Sequence[Payload]) -> None:
        """Keep a signal; the oldest is given up for it beyond the limits."""
        self._add(Unknown(name, payloads))
        self._counters.count(
            "process_unknown_events", "Events that this worker does not know or cannot read.", name
        )
        workflow.logger.warning("kept an event of unknown type %r for a newer worker", name)
        while len(self._kept) > UNKNOWN_KEPT or self._bytes > UNKNOWN_BYTES:
            workflow.logger.error("gave up the oldest of %d events of unknown type", len(self._kept))
            oldest = self._kept.popleft()
            self._bytes -= oldest.size
            self._counters.unhandled(oldest.name)

    def note_unknown(self, name: str) -> None:
        """Say in the history that this worker does not know signals of this name; see `was_kept`."""
        workflow.patched(f"kept-{_digest(name)}")

    def was_kept(self, name: str) -> bool:
        """Whether a signal was kept by a worker that did not know it, as this one does.

        Its replay has to do as that worker did, until the run came to one that knows it.
        """
        if name in self._taken_up or not workflow.unsafe.is_replaying():
            return False
        if workflow.patched(f"kept-{_digest(name)}"):
            self._kept_before.add(name)
            return True
        return False

    def signal_came(self) -> None:
        """Count a signal: before each, and at the start of a run, what is known by now is taken up."""
        self._signals += 1

    def taken_up(self) -> Iterator[Unknown]:
        """Return, and keep no longer, what this worker knows by now; its content is there."""
        known = {unknown.name: None for unknown in self._kept if self._read(unknown)}
        known |= dict.fromkeys(sorted(self._kept_before))
        for name in known:
            if workflow.patched(f"taken-up-{self._signals}-{_digest(name)}"):
                self._kept_before.discard(name)
                self._taken_up.add(name)
                yield from self._take(name)

    def _take(self, name: str) -> list[Unknown]:
        kept, self._kept, self._bytes = self._kept, deque(), 0
        taken = []
        for unknown in kept:
            if unknown.name == name and self._read(unknown):
                taken.append(unknown)
            else:
                self._add(unknown)
        return taken

    def _add(self, unknown: Unknown) -> None:
        self._kept.append(unknown)
        self._bytes += unknown.size

    def _read(self, unknown: Unknown) -> Sequence[Any]:
        """The events that were kept; none when this worker does not know them either."""
        if unknown.content is None:
            unknown.content = self._content(unknown)
        return unknown.content

    def _content(self, unknown: Unknown) -> Sequence[Any]:
        with suppress(Exception):  # whatever is wrong with them, they are kept
            if unknown.name == coalesced.SIGNAL:
                return parts_of(unknown.payloads) or ()
            if not unknown.name or unknown.name in self._event_types:
                envelopes = workflow.payload_converter().from_payloads(unknown.payloads)
                return envelopes if all(map(self._can_read, envelopes)) else ()
        return ()


def parts_of(payloads: Sequence[Payload]) -> Sequence[tuple[str, Payload]] | None:
    """Return type and envelope of each event in a signal of several types; None if it is none.

    Raises:
        PayloadKeyError: This worker has no key to read it.
    """
    if not payloads:
        return None
    try:
        first = workflow.payload_converter().from_payload(payloads[0])
    except PayloadKeyError:
        raise
    except Exception:  # noqa: BLE001 - anybody may send one, and a converter may be anybody's
        return None
    types = coalesced.types_of(first, len(payloads) - 1)
    return None if types is None else list(zip(types, payloads[1:], strict=True))


def _digest(name: str) -> str:
    # A stranger's signal may have any name, and Temporal indexes what a patch is called.
    return blake2b(name.encode(), digest_size=8).hexdigest()
