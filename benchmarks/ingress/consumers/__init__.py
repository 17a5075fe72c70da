"""Kafka consumers as people write them by hand, for the same orders."""
