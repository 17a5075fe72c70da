"""Writing to Kafka so that it is kept: an idempotent producer whose reports are awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from pydantic import Field

from process_runtime.kafka_connection import KafkaOptions, kafka_problem
from process_runtime.setting_types import PositiveDuration

__all__ = ["KafkaWriteError", "KafkaWriter", "KafkaWriterOptions"]

_POLL_SECONDS: Final = 0.1
_CLOSE_SECONDS: Final = 5.0
_FINAL: Final = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError._FATAL,
        KafkaError._SSL,
        KafkaError.SASL_AUTHENTICATION_FAILED,
    }
)
_PURGED: Final = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})


class KafkaWriteError(Exception):
    """The brokers have not confirmed the message. Holds no value and no address."""


class KafkaWriterOptions(KafkaOptions):
    """Who writes, and how long it may take."""

    owned: ClassVar[frozenset[str]] = frozenset(
        {"acks", "delivery.timeout.ms", "enable.idempotence", "message.timeout.ms", "transactional.id"}
    )

    # Activities that publish are abandoned after 30 seconds.
    timeout: PositiveDuration = Field(default=timedelta(seconds=20), le=timedelta(seconds=25))
    """How long the brokers may take to confirm a message; after that the attempt has failed."""


class KafkaWriter:
    """A producer, and the thread that serves its reports; both there from the first message to `close`.

    Messages that wait are bounded in number and bytes (``queue.buffering.max.*``).
    """

    def __init__(self, options: KafkaWriterOptions) -> None:
        self._options = options
        self._producer: Producer | None = None
        self._given_up = ""

    async def write(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Mapping[str, str]
    ) -> None:
        """Write a message, and return when all in-sync replicas have it.

        Raises:
            KafkaWriteError: They have not confirmed it, and may or may not have it.
        """
        loop = asyncio.get_running_loop()
        confirmed: asyncio.Future[None] = loop.create_future()

        def report(error: KafkaError | None, _message: Message) -> None:
            """In the producer's thread."""
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._conclude, confirmed, error)

        try:
            self._started().produce(topic, value, key, on_delivery=report, headers=list(headers.items()))
        except BufferError:
            raise KafkaWriteError("too many messages wait for Kafka") from None
        except KafkaException as error:
            raise _as_error(error.args[0]) from None
        except OSError as error:
            raise KafkaWriteError(f"a file of the binding cannot be read: {error.strerror}") from None
        await confirmed

    async def close(self) -> None:
        """Wait for what is on its way, but not for a broker that is away."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await asyncio.to_thread(producer.flush, _CLOSE_SECONDS)

    def _started(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(
                {
                    "queue.buffering.max.messages": 10_000,
                    "queue.buffering.max.kbytes": 65_536,
                    # As producers in Java do, so that both put a key in the same partition.
                    "partitioner": "murmur2_random",
                    "linger.ms": 1,
                    # How long a topic that nobody knows may be about to be created.
                    "topic.metadata.propagation.max.ms": 5_000,
                    **self._options.client_config(),
                    "enable.idempotence": True,
                    "acks": "all",
                    "message.timeout.ms": int(self._options.timeout.total_seconds() * 1000),
                    "error_cb": self._failed,
                }
            )
            threading.Thread(
                target=self._serve, args=[self._producer], name="kafka-producer", daemon=True
            ).start()
        return self._producer

    def _serve(self, producer: Producer) -> None:
        """Serve reports while the producer is this one's, and afterwards until nothing waits."""
        while self._producer is producer or len(producer):
            producer.poll(_POLL_SECONDS)

    def _failed(self, error: KafkaError) -> None:
        """Give a producer up that cannot go on; the next has the credentials that the files have by then."""
        producer = self._producer
        if producer is not None and (error.fatal() or error.code() in _FINAL):
            self._producer = None
            self._given_up = kafka_problem(error)[1]
            # What waits for it is told now.
            producer.purge(blocking=False)

    def _conclude(self, confirmed: asyncio.Future[None], error: KafkaError | None) -> None:
        if confirmed.done():
            return
        if error is None:
            confirmed.set_result(None)
        elif error.code() in _PURGED:
            confirmed.set_exception(KafkaWriteError(self._given_up))
        else:
            confirmed.set_exception(_as_error(error))


def _as_error(error: KafkaError) -> KafkaWriteError:
    if error.code() == KafkaError._MSG_TIMED_OUT:
        return KafkaWriteError("Kafka has not confirmed the message in time")
    return KafkaWriteError(kafka_problem(error)[1])
