"""The brokers of the ledger test, by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.ledger.brokers.broker import Broker
from tests.ledger.brokers.files import Files
from tests.ledger.brokers.kafka import Kafka
from tests.ledger.brokers.nats import Nats

BROKERS: Final[dict[str, Callable[[Path], Broker]]] = {"files": Files, "kafka": Kafka, "nats": Nats}
"""What makes each of a folder of its own."""
