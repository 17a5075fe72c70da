"""NATS JetStream: each fact a message, a CloudEvent in binary mode with its data in protobuf's binary format.

The event's ID is the message's, by which JetStream drops a repetition within the stream's duplicate window.
"""

from __future__ import annotations

import re
from datetime import timedelta
from string import Formatter
from types import TracebackType
from typing import Annotated, ClassVar, Final, Self
from urllib.parse import quote

from nats.errors import Error, MaxPayloadError
from nats.js.api import Header
from nats.js.errors import APIError, NoStreamResponseError
from pydantic import Field, field_validator

from process_runtime import cloudevents
from process_runtime.nats_connection import NatsAway, NatsLink, NatsOptions
from process_runtime.publishers.publisher import Fact, Publisher, PublisherOptions, PublishError
from process_runtime.setting_types import PositiveDuration

__all__ = ["NatsPublisher", "NatsPublisherOptions"]

# Of a subject's token: neither blanks nor `.`, `*`, `>`; with `%` out of it, none is taken for another.
_SAFE: Final = "/:@!$&'()+,;=~-_"
_ATTRIBUTES: Final = {
    "type": "type",
    "workflow_id": "processinstanceid",
    "workflow_type": "workflowtype",
    "tenant": "tenant",
}
_EMPTY: Final = "%"
_SUBJECT: Final = re.compile(r"[^\s.*>]+(\.[^\s.*>]+)*")


class NatsPublisherOptions(PublisherOptions, NatsOptions):
    """Options of a binding of kind ``nats``."""

    stream: Annotated[str, Field(pattern=r"^[^\s.*>/\\\x00]+$")]
    """The JetStream stream; it has to exist."""
    subject: str = "{stream}.{type}"
    """Of a fact; may hold ``{stream}``, ``{type}``, ``{workflow_id}``, ``{workflow_type}``, ``{tenant}``."""
    timeout: PositiveDuration = timedelta(seconds=10)
    """How long JetStream may take to keep a fact."""

    @field_validator("subject")
    @classmethod
    def _usable(cls, subject: str) -> str:
        known = {"stream", *_ATTRIBUTES}
        try:
            parts = list(Formatter().parse(subject))
        except ValueError:
            raise ValueError("a { or } has no counterpart") from None
        for _, name, form, conversion in parts:
            if name is not None and (name not in known or form or conversion):
                raise ValueError(f"there are the placeholders {', '.join(sorted(known))}")
        if not _SUBJECT.fullmatch(subject.format(**dict.fromkeys(known, "x"))):
            raise ValueError("a subject is one or more words with dots between")
        return subject

    def subject_of(self, fact: Fact) -> str:
        """Return the subject of `fact`."""
        values = {name: fact.attributes.get(attribute, "") for name, attribute in _ATTRIBUTES.items()}
        event_type = ".".join(map(_token, values.pop("type").split(".")))
        tokens = {name: _token(value) for name, value in values.items()}
        return self.subject.format(stream=self.stream, type=event_type, **tokens)


def _token(text: str) -> str:
    """`text` as a part of a subject, percent-encoded where it has to be."""
    return quote(text, safe=_SAFE).replace(".", "%2E") or _EMPTY


class NatsPublisher(Publisher):
    """Publishes to a stream; a fact is published when JetStream has acknowledged it."""

    options_type: ClassVar[type[PublisherOptions]] = NatsPublisherOptions

    def __init__(self, options: NatsPublisherOptions) -> None:
        self._options = options
        self._link = NatsLink(options, name=f"facts to {options.stream}")

    async def __aenter__(self) -> Self:
        """Connect with the first fact, not yet: a worker starts while NATS is away."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        await self._link.close()

    async def publish(self, fact: Fact) -> None:
        """Publish `fact` and wait for its acknowledgement."""
        event = cloudevents.write_binary(fact.attributes, fact.message, "nats")
        # The name of the enumeration's member, and not the member, is what the library writes out.
        headers = event.headers | fact.trace_headers | {Header.MSG_ID.value: fact.attributes["id"]}
        try:
            connection = await self._link.connection()
            await connection.client.jetstream(domain=self._options.domain).publish(
                self._options.subject_of(fact),
                event.body,
                timeout=self._options.timeout.total_seconds(),
                headers=headers | {Header.EXPECTED_STREAM.value: self._options.stream},
            )
        except NatsAway as error:
            raise PublishError(str(error)) from None
        except NoStreamResponseError:
            raise PublishError(f"no stream takes the subject of this fact ({self._options.stream})") from None
        except APIError as error:
            raise PublishError(f"JetStream refuses the fact (error {error.err_code})") from None
        except MaxPayloadError:
            raise PublishError("the fact is larger than max_payload of the NATS server") from None
        except (Error, OSError, ValueError) as error:
            raise PublishError(f"JetStream did not acknowledge the fact ({type(error).__name__})") from None
