"""A consumer loop that awaits each call and commits each message: at least once, in order, one at a time."""

import asyncio
import os

from confluent_kafka import Consumer
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderFulfillmentEvent
from temporalio.client import Client

from benchmarks.ingress.consumers.orders import Progress, signal_order


async def main() -> None:
    """Consume until killed."""
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA"],
            "group.id": "naive",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([os.environ["TOPIC"]])
    progress = Progress()
    while True:
        message = consumer.poll(1.0)
        if message is None or message.error() is not None:
            continue
        event = OrderFulfillmentEvent.FromString(message.value() or b"")
        await signal_order(client, event, os.environ["TEMPORAL_TASK_QUEUE"])
        consumer.commit(message=message, asynchronous=False)
        progress.add()


if __name__ == "__main__":
    asyncio.run(main())
