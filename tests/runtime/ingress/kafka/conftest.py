"""A broker that may be killed, and a topic for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from process_runtime.testing.servers import KafkaBroker
from tests.runtime.ingress.http.certificates import Authority
from tests.runtime.ingress.kafka.topics import Topic

MakeTopic = Callable[..., Topic]


@pytest.fixture(scope="session")
def mortal_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker that tests may kill, and leave running; with the certificates that clients need beside it."""
    folder = tmp_path_factory.mktemp("mortal-kafka")
    authority = Authority(folder, "authority")
    authority.certificate("client")
    with KafkaBroker(folder, tls=(*authority.certificate("broker"), authority.file)) as broker:
        yield broker


@pytest.fixture
def make_topic(kafka_broker: KafkaBroker, tmp_path: Path) -> MakeTopic:
    def make(**config: object) -> Topic:
        return Topic(kafka_broker, tmp_path, **config)  # type: ignore[arg-type]

    return make


@pytest.fixture
def topic(make_topic: MakeTopic) -> Topic:
    return make_topic()
