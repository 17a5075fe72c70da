"""JSON Lines: each fact a structured CloudEvent on a line of a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from process_runtime import cloudevents
from process_runtime.append import append_line
from process_runtime.publishers.publisher import Fact, Publisher, PublisherOptions, PublishError

__all__ = ["JsonLinesOptions", "JsonLinesPublisher"]


class JsonLinesOptions(PublisherOptions):
    """Options of a binding of kind ``jsonl``."""

    path: Path
    """The file; created when the first fact comes. Its folder has to exist."""


class JsonLinesPublisher(Publisher):
    """Appends to a file; a fact is published when it is on disk."""

    options_type: ClassVar[type[PublisherOptions]] = JsonLinesOptions

    def __init__(self, options: JsonLinesOptions) -> None:
        self._path = options.path

    async def publish(self, fact: Fact) -> None:
        """Append `fact`."""
        line = cloudevents.write_structured(fact.attributes, fact.message).body + b"\n"
        try:
            await asyncio.to_thread(append_line, self._path, line)
        except OSError as error:
            raise PublishError(
                f"the file cannot be written: {error.strerror or type(error).__name__}"
            ) from None
