"""Events from a topic: decoded, in order for each key, settled and committed."""

from __future__ import annotations

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from tests.runtime.ingress.kafka.conftest import MakeTopic
from tests.runtime.ingress.kafka.topics import KAFKA, applied
from tests.runtime.ingress.rig import StartIngress, eventually

pytestmark = pytest.mark.xdist_group("kafka")


async def test_events_of_each_key_arrive_in_order_and_the_group_moves_past_them(
    client: Client, worker: Worker, make_topic: MakeTopic, start_ingress: StartIngress
) -> None:
    topic = make_topic(partitions=3)
    names = [f"k{number}" for number in range(12)]
    for name in names:
        topic.post(name, range(8))
        topic.post(name, range(4, 8))  # once more
    async with start_ingress([KAFKA], INGRESS_BINDINGS_FILE=topic.bindings()) as ingress:
        await ingress.ready()
        await ingress.counted("delivered", at_least=12 * 12)
        for name in names:
            assert await applied(client, topic.key(name)) == [str(number) for number in range(8)]
        await eventually(lambda: sum(topic.committed().values()) == 12 * 12)
        await ingress.stop()
    assert sum(topic.committed().values()) == 12 * 12
