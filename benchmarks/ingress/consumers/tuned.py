"""A consumer tuned by hand: concurrent over keys, in order for each, and commits what is contiguously done.

Fetches in batches in a thread, has so many events in flight as keep Temporal busy, does not fetch while there
are too many, and commits every second without waiting.
"""

import asyncio
import os
import time
from collections import deque

from confluent_kafka import Consumer, Message, TopicPartition
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderFulfillmentEvent
from temporalio.client import Client

from benchmarks.ingress.consumers.orders import Progress, signal_order

MAX_WAITING = 1000
MAX_CALLS = 64
BATCH = 500
COMMIT_SECONDS = 1.0


class Partition:
    """Which offsets of a partition are done."""

    def __init__(self) -> None:
        self.pending: deque[int] = deque()
        self.done: set[int] = set()
        self.committable = -1

    def settle(self, offset: int) -> None:
        """Note that an offset is done; the place moves while the first pending one is."""
        self.done.add(offset)
        while self.pending and self.pending[0] in self.done:
            self.committable = self.pending.popleft()
            self.done.discard(self.committable)


class Pipeline:
    """Events in flight: one at a time for a key, `MAX_CALLS` in all."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self.client = client
        self.progress = progress
        self.task_queue = os.environ["TEMPORAL_TASK_QUEUE"]
        self.calls = asyncio.Semaphore(MAX_CALLS)
        self.lanes: dict[bytes, deque[Message]] = {}
        self.partitions: dict[int, Partition] = {}
        self.waiting = 0
        self.room = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    def take(self, message: Message) -> None:
        """Line up a message behind those of its key."""
        partition = self.partitions.setdefault(message.partition() or 0, Partition())
        partition.pending.append(message.offset() or 0)
        self.waiting += 1
        key = message.key() or b""
        if lane := self.lanes.get(key):
            lane.append(message)
            return
        self.lanes[key] = deque([message])
        task = asyncio.create_task(self.serve(key))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def serve(self, key: bytes) -> None:
        """Deliver what waits for one key."""
        lane = self.lanes[key]
        while lane:
            message = lane[0]
            async with self.calls:
                event = OrderFulfillmentEvent.FromString(message.value() or b"")
                await signal_order(self.client, event, self.task_queue)
            lane.popleft()
            self.partitions[message.partition() or 0].settle(message.offset() or 0)
            self.waiting -= 1
            self.progress.add()
            if self.waiting < MAX_WAITING:
                self.room.set()
        del self.lanes[key]


async def main() -> None:
    """Consume until killed."""
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    topic = os.environ["TOPIC"]
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA"],
            "group.id": "tuned",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    pipeline = Pipeline(client, Progress())
    committed = time.monotonic()
    while True:
        messages = await asyncio.to_thread(consumer.consume, BATCH, 0.05)
        for message in messages:
            if message.error() is None:
                pipeline.take(message)
        while pipeline.waiting >= MAX_WAITING:
            pipeline.room.clear()
            await pipeline.room.wait()
        if time.monotonic() - committed >= COMMIT_SECONDS:
            offsets = [
                TopicPartition(topic, number, partition.committable + 1)
                for number, partition in pipeline.partitions.items()
                if partition.committable >= 0
            ]
            if offsets:
                consumer.commit(offsets=offsets, asynchronous=True)
            committed = time.monotonic()


if __name__ == "__main__":
    asyncio.run(main())
