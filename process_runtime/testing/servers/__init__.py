"""The servers, Temporal's and brokers, of tests and local runs, obtained once into the user's cache.

Each is looked for in this order: its environment variable, ``PATH``, the cache, the Temporal SDK's own
download into the cache, and a build from a language's package registry into it. Run as a program
(``python -m process_runtime.testing.servers``), it obtains all and prints where they are.
"""

from process_runtime.testing.servers.cache import ServerError
from process_runtime.testing.servers.dev_server import temporal_cli
from process_runtime.testing.servers.kafka import KafkaBroker, kafka_executable, kafka_libraries
from process_runtime.testing.servers.nats import NatsServer, nats_server_executable
from process_runtime.testing.servers.running import RunningServer
from process_runtime.testing.servers.test_server import time_skipping_server

__all__ = [
    "KafkaBroker",
    "NatsServer",
    "RunningServer",
    "ServerError",
    "kafka_executable",
    "kafka_libraries",
    "nats_server_executable",
    "temporal_cli",
    "time_skipping_server",
]
