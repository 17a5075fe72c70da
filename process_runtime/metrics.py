"""Prometheus metrics: the runtime's own, and those of the Temporal SDK.

The SDK reports into a bounded buffer; a thread drains it, so that nothing is lost between two scrapes or
while the event loop is busy. Names and labels are stable and listed in ``docs/metrics.md``.
"""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    MetricBuffer,
    MetricBufferDurationFormat,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from process_runtime.sdk_metrics import SdkMetricsCollector

__all__ = ["Metrics"]

_BUFFER_SIZE: Final = 100_000
_DRAIN_SECONDS: Final = 1.0
_SECONDS_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_EVENTS_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """All metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self.events = Counter(
            "process_ingress_events",
            "Events by what became of them",
            ["process", "subscription", "outcome"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "process_dead_letters",
            "Messages written to the dead-letter stream",
            ["process", "reason"],
            registry=self.registry,
        )
        self.temporal_calls = Counter(
            "process_temporal_calls",
            "Calls to Temporal that it answered with success",
            ["process", "call"],
            registry=self.registry,
        )
        self.facts = Counter(
            "process_facts_published",
            "Attempts to publish a fact by their outcome",
            ["process", "stream", "outcome"],
            registry=self.registry,
        )
        self.delivery_seconds = Histogram(
            "process_ingress_delivery_seconds",
            "Time from taking an event to settling it",
            ["process"],
            buckets=_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self.events_per_call = Histogram(
            "process_ingress_events_per_call",
            "Events that one signal took to Temporal",
            ["process"],
            buckets=_EVENTS_BUCKETS,
            registry=self.registry,
        )
        self.lag = Gauge(
            "process_ingress_lag",
            "Messages of a subscription that wait: known to the adapter and not settled",
            ["subscription"],
            registry=self.registry,
        )
        self.partition_lag = Gauge(
            "process_ingress_partition_lag",
            "Messages of a partition held here that are not settled, those not yet fetched included",
            ["subscription", "topic", "partition"],
            registry=self.registry,
        )
        self.redelivered = Counter(
            "process_ingress_redelivered",
            "Messages that the broker delivered once more",
            ["subscription"],
            registry=self.registry,
        )
        self.temporal_up = Gauge(
            "process_temporal_up",
            "1 while Temporal answers and the namespace can be used",
            registry=self.registry,
        )
        self._sdk: SdkMetricsCollector | None = None
        self._closing = threading.Event()

    @cached_property
    def runtime(self) -> Runtime:
        """The Temporal runtime whose metrics and log records end up here; created when first asked for."""
        buffer = MetricBuffer(_BUFFER_SIZE, MetricBufferDurationFormat.SECONDS)
        runtime = Runtime(
            telemetry=TelemetryConfig(
                metrics=buffer,
                attach_service_name=False,
                logging=LoggingConfig(
                    filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                    forwarding=LogForwardingConfig(
                        logging.getLogger("temporalio.core"), append_target_to_name=False
                    ),
                ),
            )
        )
        self._sdk = SdkMetricsCollector(buffer.retrieve_updates)
        self.registry.register(self._sdk)
        threading.Thread(target=self._drain, args=(self._sdk,), name="sdk-metrics", daemon=True).start()
        return runtime

    def sdk_value(self, name: str, **labels: str) -> float:
        """Return the sum of an SDK counter or gauge over all label sets that contain `labels`, or 0."""
        return 0.0 if self._sdk is None else self._sdk.value(name, labels)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the text of ``/metrics`` and its content type, in the format that ``Accept`` asks for."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self.registry), content_type

    def close(self) -> None:
        """Stop draining the SDK's buffer."""
        self._closing.set()

    def _drain(self, sdk: SdkMetricsCollector) -> None:
        while not self._closing.wait(_DRAIN_SECONDS):
            sdk.drain()
