"""A stand-in for the streams that facts go to."""

from __future__ import annotations

from google.protobuf.message import Message

from process_runtime.publishers import Fact, Publisher


class RecordedFacts(Publisher):
    """A publisher that keeps the facts it is given."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        """With their attributes, in the order they came."""

    @property
    def published(self) -> list[tuple[str, Message]]:
        """Type and message of each fact, in the order they came."""
        return [(fact.attributes["type"], fact.message) for fact in self.facts]

    async def publish(self, fact: Fact) -> None:
        """Keep `fact`."""
        self.facts.append(fact)
