"""Real brokers for the demo: events come from one, and facts and dead letters go to it."""

from demo.brokers.broker import Broker, start_broker

__all__ = ["Broker", "start_broker"]
