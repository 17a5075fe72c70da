"""The brokers of the ledger test, by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.ledger.brokers.broker import Broker
from tests.ledger.brokers.files import Files

BROKERS: Final[dict[str, Callable[[Path], Broker]]] = {"files": Files}
"""What makes each of a folder of its own."""
