"""Kafka: each fact a message, a CloudEvent in binary mode with its data in protobuf's binary format."""

from __future__ import annotations

from types import TracebackType
from typing import ClassVar

from process_runtime import cloudevents
from process_runtime.kafka_connection import Topic
from process_runtime.kafka_writer import KafkaWriteError, KafkaWriter, KafkaWriterOptions
from process_runtime.publishers.publisher import Fact, Publisher, PublisherOptions, PublishError

__all__ = ["KafkaPublisher", "KafkaPublisherOptions"]


class KafkaPublisherOptions(KafkaWriterOptions, PublisherOptions):
    """Options of a binding of kind ``kafka``."""

    topic: Topic
    """Where facts go."""


class KafkaPublisher(Publisher):
    """Produces to a topic; a fact is published when all in-sync replicas have it.

    The key is the fact's ``partitionkey``: facts of one key stay in order, and compaction keeps the newest.
    """

    options_type: ClassVar[type[PublisherOptions]] = KafkaPublisherOptions

    def __init__(self, options: KafkaPublisherOptions) -> None:
        self._topic = options.topic
        self._writer = KafkaWriter(options)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is on its way, and close."""
        await self._writer.close()

    async def publish(self, fact: Fact) -> None:
        """Produce `fact`."""
        event = cloudevents.write_binary(fact.attributes, fact.message, binding="kafka")
        key = fact.attributes.get("partitionkey", "").encode() or None
        try:
            await self._writer.write(
                self._topic,
                key=key,
                value=event.body,
                headers=event.headers | fact.trace_headers,
            )
        except KafkaWriteError as error:
            raise PublishError(str(error)) from None
