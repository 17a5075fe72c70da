"""Brokers for the session."""

from process_runtime.testing.fixtures import kafka_broker, nats_server

__all__ = ["kafka_broker", "nats_server"]
