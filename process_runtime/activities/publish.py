"""Publishing facts: the one activity that every worker of a process with outbound facts has."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from google.protobuf.message import Message
from temporalio import activity
from temporalio.exceptions import ApplicationError

from process_runtime.contract import Stream
from process_runtime.metrics import Metrics
from process_runtime.publishers import STREAMS, Fact, Publisher, PublishError
from process_runtime.workflow.facts import PUBLISH_FACT, FactDescription

__all__ = ["PublishFact", "open_publishing", "publish_activity"]

logger = logging.getLogger(__name__)

StreamKey = tuple[str, str]
"""Process and stream: the name of a stream is unique in its contract alone."""
PublishFact = Callable[[FactDescription, Message], Awaitable[None]]


@asynccontextmanager
async def open_publishing(
    streams: Mapping[StreamKey, Stream], bindings_file: Path | None, metrics: Metrics
) -> AsyncIterator[PublishFact]:
    """Open the publishers of `streams`, and yield the activity that publishes on them.

    Args:
        streams: All bound, as `STREAMS.bind` finds.
        bindings_file: ``PUBLISH_BINDINGS_FILE``.
        metrics: Where attempts are counted.
    """
    bound, _ = STREAMS.bind(streams.values(), bindings_file)
    async with AsyncExitStack() as stack:
        publishers = {entry.logical: await stack.enter_async_context(entry.server) for entry in bound}
        yield publish_activity({key: publishers[stream] for key, stream in streams.items()}, metrics)


def publish_activity(publishers: Mapping[StreamKey, Publisher], metrics: Metrics) -> PublishFact:
    """Return the activity that publishes with these `publishers`."""

    @activity.defn(name=PUBLISH_FACT)
    async def publish_fact(description: FactDescription, message: Message) -> None:
        publisher = publishers.get((description.process, description.stream))
        outcome = "failed"
        try:
            if publisher is None:
                raise PublishError("this worker has no such stream; it runs another version of the contract")
            await publisher.publish(Fact(attributes=description.attributes, message=message))
            outcome = "published"
        except PublishError as error:
            logger.warning("stream %s: a fact is not published yet: %s", description.stream, error)
            raise ApplicationError(str(error), type="PublishError") from None
        finally:
            metrics.facts.labels(description.process, description.stream, outcome).inc()

    return publish_fact
