"""NATS: durable consumers of JetStream, and commands as requests."""

from process_runtime.ingress.adapters.nats.adapter import NatsAdapter
from process_runtime.ingress.adapters.nats.options import NatsAdapterOptions

__all__ = ["NatsAdapter", "NatsAdapterOptions"]
