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
from process_runtime.telemetry import Telemetry
from process_runtime.tracing import TraceContext
from process_runtime.workflow.facts import PUBLISH_FACT, FactDescription

__all__ = ["PublishFact", "open_publishing", "publish_activity"]

logger = logging.getLogger(__name__)

StreamKey = tuple[str, str]
"""Process and stream: the name of a stream is unique in its contract alone."""
PublishFact = Callable[[FactDescription, Message], Awaitable[None]]


@asynccontextmanager
async def open_publishing(
    streams: Mapping[StreamKey, Stream],
    bindings_file: Path | None,
    metrics: Metrics,
    telemetry: Telemetry | None = None,
) -> AsyncIterator[PublishFact]:
    """Open the publishers of `streams`, and yield the activity that publishes on them.

    Args:
        streams: All bound, as `STREAMS.bind` finds.
        bindings_file: ``PUBLISH_BINDINGS_FILE``.
        metrics: Where attempts are counted.
        telemetry: What is told of attempts.
    """
    bound, _ = STREAMS.bind(streams.values(), bindings_file)
    async with AsyncExitStack() as stack:
        publishers = {entry.logical: await stack.enter_async_context(entry.server) for entry in bound}
        kinds = {entry.logical: entry.kind for entry in bound}
        yield publish_activity(
            {key: publishers[stream] for key, stream in streams.items()},
            metrics,
            telemetry,
            {key: kinds[stream] for key, stream in streams.items()},
        )


def publish_activity(
    publishers: Mapping[StreamKey, Publisher],
    metrics: Metrics,
    telemetry: Telemetry | None = None,
    kinds: Mapping[StreamKey, str] | None = None,
) -> PublishFact:
    """Return the activity that publishes with these `publishers`.

    Args:
        publishers: By process and stream.
        metrics: Where attempts are counted.
        telemetry: What is told of attempts.
        kinds: What kind each publisher is of, for traces.
    """
    tracing = telemetry or Telemetry()

    @activity.defn(name=PUBLISH_FACT)
    async def publish_fact(description: FactDescription, message: Message) -> None:
        publisher = publishers.get((description.process, description.stream))
        outcome = "failed"
        try:
            if publisher is None:
                raise PublishError("this worker has no such stream; it runs another version of the contract")
            kind = (kinds or {}).get((description.process, description.stream), "")
            with tracing.publishing(kind, description.stream, description.attributes) as trace:
                await publisher.publish(
                    Fact(attributes=_traced(description.attributes, trace), message=message)
                )
            outcome = "published"
        except PublishError as error:
            logger.warning("stream %s: a fact is not published yet: %s", description.stream, error)
            # No answer of a stream ends the attempts: a fact that it refuses waits until it takes it.
            raise ApplicationError(
                str(error), type="PublishError", next_retry_delay=error.retry_after
            ) from None
        finally:
            metrics.facts.labels(description.process, description.stream, outcome).inc()

    return publish_fact


def _traced(attributes: Mapping[str, str], trace: TraceContext | None) -> Mapping[str, str]:
    """The attributes with the context of the sending span, which the receiver's span is a child of."""
    if trace is None:
        return attributes
    own = {"traceparent": trace.traceparent, "tracestate": trace.tracestate}
    return {**attributes, **{name: value for name, value in own.items() if value}}
