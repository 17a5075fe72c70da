"""Kafka: the messages of topics, as a member of a consumer group.

Partitions are shared out among all ingresses of a group, cooperatively (KIP-429), and kept over a restart by
members that have a name (KIP-345). The group's place in a partition moves only past messages that are settled
and have none unsettled before them.
"""

from process_runtime.ingress.adapters.kafka.adapter import KafkaAdapter
from process_runtime.ingress.adapters.kafka.options import KafkaAdapterOptions

__all__ = ["KafkaAdapter", "KafkaAdapterOptions"]
