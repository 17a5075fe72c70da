"""Turns the updates of the Temporal SDK's metric buffer into Prometheus metric families."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_GAUGE,
    BUFFERED_METRIC_KIND_HISTOGRAM,
    BufferedMetricKind,
    BufferedMetricUpdate,
)

__all__ = ["SdkMetricsCollector"]

_Labels = tuple[tuple[str, str], ...]

_TYPES: Final = {
    BUFFERED_METRIC_KIND_COUNTER: "counter",
    BUFFERED_METRIC_KIND_GAUGE: "gauge",
    BUFFERED_METRIC_KIND_HISTOGRAM: "histogram",
}
_SUFFIXES: Final = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_count", "_sum", "_created"),
}
# The SDK measures from a local call to a workflow of days; its own Prometheus exporter has the same span.
_SECONDS_BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0, 3600.0, 86400.0)
_COUNT_BUCKETS: Final = (1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0, 100000.0, 1000000.0)


@dataclass(slots=True)
class _Distribution:
    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(slots=True)
class _Family:
    name: str
    type: str
    help: str
    bounds: tuple[float, ...]
    values: dict[_Labels, float] = field(default_factory=dict)
    distributions: dict[_Labels, _Distribution] = field(default_factory=dict)

    def update(self, labels: _Labels, value: float) -> None:
        if self.type == "histogram":
            self.distributions.setdefault(labels, _Distribution(self.bounds)).observe(value)
        elif self.type == "counter":
            self.values[labels] = self.values.get(labels, 0.0) + value
        else:
            self.values[labels] = value

    def metric(self) -> Metric:
        metric = Metric(self.name, self.help, self.type)
        suffix = "_total" if self.type == "counter" else ""
        for labels, value in self.values.items():
            metric.add_sample(self.name + suffix, dict(labels), value)
        for labels, distribution in self.distributions.items():
            cumulative = 0
            bounds = [*map(floatToGoString, distribution.bounds), "+Inf"]
            for bound, count in zip(bounds, distribution.counts, strict=True):
                cumulative += count
                metric.add_sample(f"{self.name}_bucket", {**dict(labels), "le": bound}, cumulative)
            metric.add_sample(f"{self.name}_count", dict(labels), cumulative)
            metric.add_sample(f"{self.name}_sum", dict(labels), distribution.total)
        return metric


class SdkMetricsCollector(Collector):
    """Holds the running totals of every metric the SDK has reported, under any set of labels."""

    def __init__(self, retrieve: Callable[[], Sequence[BufferedMetricUpdate]]) -> None:
        """Collect from `retrieve`, which empties the SDK's buffer and returns what was in it."""
        self._retrieve = retrieve
        self._families: dict[tuple[str, BufferedMetricKind], _Family] = {}
        self._samples: set[str] = set()
        self._lock = threading.Lock()

    def drain(self) -> None:
        """Take what the SDK has reported since the last time."""
        with self._lock:
            for update in self._retrieve():
                self._family(update).update(_labels(update.attributes), float(update.value))

    def collect(self) -> Iterator[Metric]:
        """Return all families, after a drain."""
        self.drain()
        with self._lock:
            return iter([family.metric() for family in self._families.values()])

    def value(self, name: str, labels: Mapping[str, str]) -> float:
        """Return the sum of a counter or gauge over all label sets that contain `labels`, or 0."""
        self.drain()
        wanted = set(labels.items())
        with self._lock:
            return sum(
                value
                for family in self._families.values()
                if family.name == name
                for held, value in family.values.items()
                if wanted <= set(held)
            )

    def _family(self, update: BufferedMetricUpdate) -> _Family:
        metric = update.metric
        family = self._families.get((metric.name, metric.kind))
        if family is None:
            kind = _TYPES[metric.kind]
            name = _identifier(metric.name)
            if kind == "counter":
                # The exposition format adds the suffix itself.
                name = name.removesuffix("_total") or "_"
            # Two families with a sample of one name would make the whole page unreadable.
            while not self._samples.isdisjoint(_sample_names(name, kind)):
                name = f"{name}_{kind}"
            self._samples |= _sample_names(name, kind)
            bounds = _SECONDS_BUCKETS if metric.unit == "s" else _COUNT_BUCKETS
            family = _Family(name, kind, metric.description or metric.name, bounds)
            self._families[metric.name, metric.kind] = family
        return family


def _sample_names(name: str, kind: str) -> set[str]:
    return {name + suffix for suffix in _SUFFIXES[kind]}


def _labels(attributes: Mapping[str, object]) -> _Labels:
    labels = {}
    for key, value in attributes.items():
        labels[_label_name(key)] = str(value).lower() if isinstance(value, bool) else str(value)
    return tuple(sorted(labels.items()))


@lru_cache(maxsize=1024)
def _label_name(key: str) -> str:
    """The same few for the dozens of updates that come with each task."""
    name = _identifier(key)
    # "le" is the histogram's own, a "__" prefix is Prometheus's.
    return f"label_{name.lstrip('_')}" if name == "le" or name.startswith("__") else name


def _identifier(text: str) -> str:
    """The nearest name that Prometheus takes for metrics and labels alike."""
    name = re.sub(r"[^a-zA-Z0-9_]", "_", text)
    return f"_{name}" if not name or name[0].isdigit() else name
