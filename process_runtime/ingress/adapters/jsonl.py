"""JSON Lines: one envelope or structured CloudEvent a line, from a file or from standard input.

The position in a file is kept beside it, so that a restart neither loses nor needlessly repeats a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from pydantic import Field

from process_runtime.cloudevents import STRUCTURED_MEDIA_TYPE
from process_runtime.config import Duration
from process_runtime.ingress.adapter import AdapterContext, AdapterOptions
from process_runtime.ingress.adapters.lines import FileLines, Line, Position, PositionFile, StandardInputLines
from process_runtime.ingress.events import RawMessage
from process_runtime.ingress.settle import ContiguousPositions, Ticket

__all__ = ["JsonLinesAdapter", "JsonLinesOptions"]

logger = logging.getLogger(__name__)

_STANDARD_INPUT: Final = "-"
_SAVE_INTERVAL: Final = 0.1  # seconds between two writes of the position


class JsonLinesOptions(AdapterOptions):
    """Options of a binding of kind ``jsonl``."""

    path: str = Field(min_length=1)
    """The file, or ``-`` for standard input."""
    follow: bool = True
    """Whether to wait for more at the end of the file, as it grows or is replaced, or to be done there."""
    position_file: Path | None = None
    """Where the position is kept; ``<path>.position`` unless set. Standard input has none."""
    poll_interval: Duration = timedelta(milliseconds=200)
    """How often to look whether the file has grown."""


class JsonLinesAdapter:
    """Feeds the lines of a file, or of standard input, in their order."""

    options_type: ClassVar[type[AdapterOptions]] = JsonLinesOptions

    def __init__(self, options: JsonLinesOptions) -> None:
        self._options = options

    async def run(self, context: AdapterContext) -> None:
        """Feed lines until stopped or, unless the file is followed, until the end of the input."""
        await _Run(self._options, context).run()


class _Run:
    """One run of the adapter over its input."""

    def __init__(self, options: JsonLinesOptions, context: AdapterContext) -> None:
        self._options = options
        self._context = context
        self._positions: ContiguousPositions[Position] = ContiguousPositions()
        self._in_flight: set[asyncio.Future[bool]] = set()
        self._error: BaseException | None = None
        self._reached: Position | None = None
        self._moved = asyncio.Event()
        self._position_file: PositionFile | None = None
        if options.path != _STANDARD_INPUT:
            path = options.position_file or Path(f"{options.path}.position")
            self._position_file = PositionFile(path)

    async def run(self) -> None:
        self._reader = asyncio.create_task(self._read())
        saver = asyncio.create_task(self._save_now_and_then())
        stop = asyncio.create_task(self._context.stopping.wait())
        try:
            await asyncio.wait([self._reader, stop], return_when=asyncio.FIRST_COMPLETED)
            self._reader.cancel()
            await asyncio.wait([self._reader])
            if not self._reader.cancelled() and self._reader.exception() is not None:
                self._context.stopping.set()
            if self._in_flight:
                await asyncio.wait(self._in_flight)
        finally:
            self._reader.cancel()
            saver.cancel()
            stop.cancel()
            self._save()
            self._context.condition.not_ready("Stopped", "the input is not read any longer")
        if self._error is not None:
            raise self._error
        if not self._reader.cancelled() and (error := self._reader.exception()) is not None:
            raise error

    async def _read(self) -> None:
        async for line in self._lines():
            while self._positions.is_far_beyond:
                self._moved.clear()
                await self._moved.wait()
            ticket = self._positions.take(line.position)
            if not line.data.strip():
                self._passed(ticket)
                continue
            future = await self._context.pipeline.take(self._message(line))
            self._in_flight.add(future)
            future.add_done_callback(partial(self._done, ticket))
            self._show_lag()

    def _lines(self) -> AsyncIterator[Line]:
        options, context = self._options, self._context
        limit = context.pipeline.max_event_bytes
        if self._position_file is None:
            return StandardInputLines(limit).read(context.condition)
        lines = FileLines(
            Path(options.path), limit=limit, follow=options.follow, poll=options.poll_interval.total_seconds()
        )
        return lines.read(self._position_file.load(), context.condition)

    def _message(self, line: Line) -> RawMessage:
        return RawMessage(
            subscription=self._context.subscription.name,
            adapter="jsonl",
            position=f"{self._options.path}:{line.position.line}",
            body=line.data,
            content_type=STRUCTURED_MEDIA_TYPE if _is_cloud_event(line.data) else "application/json",
        )

    def _done(self, ticket: Ticket[Position], future: asyncio.Future[bool]) -> None:
        self._in_flight.discard(future)
        if future.cancelled():
            return
        if (error := future.exception()) is not None:
            self._error = self._error or error
            # What is in flight ends, rather than trying on for ever.
            self._context.stopping.set()
        elif future.result():
            self._passed(ticket)
        self._show_lag()

    def _passed(self, ticket: Ticket[Position]) -> None:
        if (position := self._positions.settle(ticket)) is not None:
            self._reached = position
            self._moved.set()

    def _show_lag(self) -> None:
        self._context.metrics.lag.labels(self._context.subscription.name).set(len(self._positions))

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_SAVE_INTERVAL)
            self._save()

    def _save(self) -> None:
        """Keep the position. Failing to is no loss: the lines after the last position kept come again."""
        if self._position_file is None or self._reached is None:
            return
        try:
            self._position_file.save(self._reached)
        except OSError as error:
            logger.error("the position cannot be kept: %s", error)
        else:
            self._reached = None


def _is_cloud_event(line: bytes) -> bool:
    if b'"specversion"' not in line:
        return False
    with contextlib.suppress(ValueError, RecursionError):
        tree = json.loads(line)
        return isinstance(tree, dict) and "specversion" in tree
    return False
