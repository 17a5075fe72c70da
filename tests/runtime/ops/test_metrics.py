"""The bridge from the SDK's metric buffer to Prometheus: nothing lost, nothing that spoils the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from process_runtime.metrics import Metrics
from process_runtime.sdk_metrics import SdkMetricsCollector
from tests.runtime.ingress.rig import eventually

COUNTER, GAUGE, HISTOGRAM = 0, 1, 2


@dataclass(frozen=True)
class Definition:
    name: str
    kind: int
    unit: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Update:
    metric: Definition
    value: float
    attributes: Mapping[str, Any]


class Buffer:
    """Plays the SDK's buffer: what is retrieved is gone."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    def report(self, definition: Definition, value: float, **attributes: Any) -> None:
        self.updates.append(Update(definition, value, attributes))

    def retrieve(self) -> Sequence[Any]:
        taken, self.updates = self.updates, []
        return taken


@pytest.fixture
def buffer() -> Buffer:
    return Buffer()


@pytest.fixture
def registry(buffer: Buffer) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(SdkMetricsCollector(buffer.retrieve))
    return registry


def test_counters_add_up_over_drains_and_by_labels(buffer: Buffer, registry: CollectorRegistry) -> None:
    requests = Definition("temporal_request", COUNTER)
    buffer.report(requests, 1, operation="Start")
    buffer.report(requests, 2, operation="Start")
    assert registry.get_sample_value("temporal_request_total", {"operation": "Start"}) == 3
    buffer.report(requests, 1, operation="Start")
    buffer.report(requests, 5, operation="Poll", queue="q")
    assert registry.get_sample_value("temporal_request_total", {"operation": "Start"}) == 4
    assert registry.get_sample_value("temporal_request_total", {"operation": "Poll", "queue": "q"}) == 5


def test_a_gauge_is_its_last_value(buffer: Buffer, registry: CollectorRegistry) -> None:
    pollers = Definition("temporal_num_pollers", GAUGE)
    buffer.report(pollers, 5, poller_type="workflow_task")
    buffer.report(pollers, 2, poller_type="workflow_task")
    assert registry.get_sample_value("temporal_num_pollers", {"poller_type": "workflow_task"}) == 2


def test_a_histogram_has_cumulative_buckets(buffer: Buffer, registry: CollectorRegistry) -> None:
    latency = Definition("temporal_latency", HISTOGRAM, unit="s")
    for value in (0.001, 0.003, 0.2, 100_000):
        buffer.report(latency, value)

    def bucket(bound: str) -> float | None:
        return registry.get_sample_value("temporal_latency_bucket", {"le": bound})

    assert [bucket("0.001"), bucket("0.005"), bucket("0.5"), bucket("86400.0"), bucket("+Inf")] == [
        1,
        2,
        3,
        3,
        4,
    ]
    assert registry.get_sample_value("temporal_latency_count") == 4
    assert registry.get_sample_value("temporal_latency_sum") == pytest.approx(100_000.204)


def test_a_value_is_summed_over_the_label_sets_that_contain_it(buffer: Buffer) -> None:
    collector = SdkMetricsCollector(buffer.retrieve)
    pollers = Definition("temporal_num_pollers", GAUGE)
    buffer.report(pollers, 5, poller_type="workflow_task", task_queue="q")
    buffer.report(pollers, 3, poller_type="activity_task", task_queue="q")
    buffer.report(pollers, 7, poller_type="workflow_task", task_queue="other")
    assert collector.value("temporal_num_pollers", {"task_queue": "q"}) == 8
    assert collector.value("temporal_num_pollers", {}) == 15
    assert collector.value("temporal_unheard_of", {}) == 0


NAMES = st.sampled_from(["a", "a_total", "a-total", "le", "7x", "__x", "é", ""]) | st.text()
UPDATES = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from([COUNTER, GAUGE, HISTOGRAM]),
        st.floats(0, 1e9),
        st.dictionaries(NAMES, st.text() | st.booleans() | st.integers() | st.floats(allow_nan=False)),
    ),
    max_size=20,
)


@given(UPDATES)
def test_whatever_people_name_their_metrics_the_page_can_be_read(updates: list[Any]) -> None:
    buffer = Buffer()
    registry = CollectorRegistry()
    registry.register(SdkMetricsCollector(buffer.retrieve))
    for name, kind, value, attributes in updates:
        buffer.report(Definition(name, kind), value, **attributes)
    page = generate_latest(registry).decode()
    families = list(text_string_to_metric_families(page))
    assert len({family.name for family in families}) == len(families)
    assert len(list(parse_openmetrics(openmetrics(registry).decode()))) == len(families)  # type: ignore[no-untyped-call]


@pytest.mark.requirement("R119", "R121")
def test_what_a_workflow_reports_through_the_sdk_is_on_the_page() -> None:
    metrics = Metrics()
    try:
        drops = metrics.runtime.metric_meter.create_counter("process_idempotency_drops")
        for _ in range(3):
            drops.add(1, {"workflow_type": "Order"})
        page = metrics.exposition("")[0].decode()
        assert 'process_idempotency_drops_total{workflow_type="Order"} 3.0' in page
        assert metrics.sdk_value("process_idempotency_drops", workflow_type="Order") == 3
    finally:
        metrics.close()


async def test_more_updates_between_two_scrapes_than_the_buffer_holds_are_not_lost() -> None:
    metrics = Metrics()
    try:
        counter = metrics.runtime.metric_meter.create_counter("busy")
        for batch in (1, 2, 3):
            for _ in range(60_000):
                counter.add(1)
            # Nobody asks: the thread alone has to make room.
            await eventually(lambda batch=batch: busy(metrics) == batch * 60_000)  # type: ignore[misc]
    finally:
        metrics.close()


def busy(metrics: Metrics) -> float:
    """The total that has been drained so far, without draining."""
    assert metrics._sdk is not None
    return sum(
        sum(family.values.values()) for family in metrics._sdk._families.values() if family.name == "busy"
    )
