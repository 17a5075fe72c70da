"""A JetStream stream of dead letters: for all replicas of an ingress, and for anybody who reads streams.

A message is a letter: its subject ends with the ID, its body is the original bytes, its headers the original
ones and ``dl-*`` beside them. A letter is dropped by deleting its message.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Annotated, Any, ClassVar, Final

from nats.errors import Error, MaxPayloadError
from nats.js import JetStreamContext
from nats.js.api import Header, RawStreamMsg
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError
from pydantic import Field

from process_runtime.dead_letters.letter import DeadLetter, LetterFormatError
from process_runtime.dead_letters.stream import DeadLetterError, DeadLetterOptions, DeadLetterStream
from process_runtime.nats_connection import JetStreamError, NatsAway, NatsConnection, NatsLink, NatsOptions

__all__ = ["NatsDeadLetterOptions", "NatsDeadLetters"]

logger = logging.getLogger(__name__)

_STREAM_NOT_FOUND: Final = 10059
_NOT_FIRST: Final = 10071
_WHOLE: Final = "dl-letter"
_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class NatsDeadLetterOptions(NatsOptions, DeadLetterOptions):
    """Options of a binding of kind ``nats``."""

    stream: Annotated[str, Field(pattern=r"^[^\s.*>/\\\x00]+$")]
    """The JetStream stream in which letters are kept."""
    subject: Annotated[str, Field(pattern=r"^[^\s.*>]+(\.[^\s.*>]+)*$")] = "dead-letters"
    """What the subjects of letters begin with; the ID follows."""
    create: bool = True
    """Whether to create the stream if there is none: one that keeps letters until they are dropped."""
    replicas: int = Field(default=1, ge=1, le=5)
    """How many servers keep a stream that is created."""


class NatsDeadLetters(DeadLetterStream):
    """Letters as messages; a letter is kept when JetStream has acknowledged it."""

    options_type: ClassVar[type[DeadLetterOptions]] = NatsDeadLetterOptions

    def __init__(self, options: NatsDeadLetterOptions) -> None:
        self._options = options
        self._stream = options.stream
        self._link = NatsLink(options, name=f"dead letters in {options.stream}")
        self._found_over: NatsConnection | None = None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        await self._link.close()

    async def write(self, letter: DeadLetter) -> None:
        """Keep `letter` as a message, unless it is there."""
        with _told():
            connection = await self._link.connection()
            await self._require_stream(connection)
            headers = {
                **_shown(letter.to_headers()),
                _WHOLE: base64.b64encode(json.dumps(letter.to_headers()).encode()).decode(),
                Header.EXPECTED_STREAM.value: self._stream,
                Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value: "0",
            }
            try:
                await self._jetstream(connection).publish(
                    self._subject(letter.id), letter.data, headers=headers
                )
            except APIError as error:
                if error.err_code != _NOT_FIRST:
                    raise

    async def letters(self) -> AsyncGenerator[DeadLetter, None]:
        """Yield the letters that are open, one request for each."""
        with _told():
            connection = await self._link.connection()
            try:
                info = await connection.jetstream.request(f"STREAM.INFO.{self._stream}")
            except JetStreamError as error:
                if error.code != _STREAM_NOT_FOUND:
                    raise
                return
        sequence, last = int(info["state"]["first_seq"]), int(info["state"]["last_seq"])
        while sequence <= last:
            with _told():
                message = await self._message(connection, seq=sequence, subject=self._subject("*"), next=True)
            if message is None or message.seq is None or message.seq > last:
                return
            sequence = message.seq + 1
            try:
                yield _letter(message)
            except LetterFormatError as error:
                logger.warning(
                    "stream %s, message %d is no dead letter: %s", self._stream, message.seq, error
                )

    async def find(self, letter_id: str) -> DeadLetter | None:
        """Return the open letter of that ID, or None."""
        with _told():
            connection = await self._link.connection()
            message = await self._message(connection, subject=self._subject(letter_id))
            return None if message is None else _letter(message)

    async def drop(self, letter_id: str) -> None:
        """Delete the message of that letter."""
        with _told():
            connection = await self._link.connection()
            try:
                purge = {"filter": self._subject(letter_id)}
                await connection.jetstream.request(f"STREAM.PURGE.{self._stream}", purge)
            except JetStreamError as error:
                if error.code != _STREAM_NOT_FOUND:
                    raise

    def _subject(self, letter_id: str) -> str:
        return f"{self._options.subject}.{letter_id}"

    def _jetstream(self, connection: NatsConnection) -> JetStreamContext:
        return connection.client.jetstream(domain=self._options.domain)

    async def _message(self, connection: NatsConnection, **which: Any) -> RawStreamMsg | None:
        try:
            return await self._jetstream(connection).get_msg(self._stream, **which)
        except NotFoundError:
            return None

    async def _require_stream(self, connection: NatsConnection) -> None:
        """Look once a connection whether there is a stream."""
        if connection is self._found_over:
            return
        try:
            await connection.jetstream.request(f"STREAM.INFO.{self._stream}")
        except JetStreamError as error:
            if error.code != _STREAM_NOT_FOUND or not self._options.create:
                raise
            config = {
                "name": self._stream,
                "subjects": [self._subject("*")],
                "storage": "file",
                "retention": "limits",
                # Full, it refuses what is new: nothing of what is there is lost.
                "discard": "new",
                "num_replicas": self._options.replicas,
            }
            await connection.jetstream.request(f"STREAM.CREATE.{self._stream}", config)
        self._found_over = connection


def _shown(headers: dict[str, str]) -> dict[str, str]:
    """The headers that NATS can have; those of the server's own names would tell it to do something."""
    return {
        name: value
        for name, value in headers.items()
        if _NAME.fullmatch(name) and not name.lower().startswith("nats-") and value.isprintable()
    }


def _letter(message: RawStreamMsg) -> DeadLetter:
    try:
        headers = json.loads(base64.b64decode((message.headers or {})[_WHOLE]))
    except (KeyError, ValueError):
        raise LetterFormatError("it lacks what a letter is written in") from None
    return DeadLetter.from_headers(headers, message.data or b"")


@contextmanager
def _told() -> Iterator[None]:
    """Failures as a stream of dead letters tells of them."""
    try:
        yield
    except (NatsAway, JetStreamError) as error:
        raise DeadLetterError(str(error)) from None
    except LetterFormatError as error:
        raise DeadLetterError(f"the message of that letter is none: {error}") from None
    except MaxPayloadError:
        raise DeadLetterError("the letter is larger than max_payload of the NATS server") from None
    except NoStreamResponseError:
        raise DeadLetterError("the stream does not take the subjects of letters") from None
    except APIError as error:
        raise DeadLetterError(f"JetStream refuses: {error.description}") from None
    except (Error, OSError, ValueError) as error:
        raise DeadLetterError(f"JetStream did not answer ({type(error).__name__})") from None
