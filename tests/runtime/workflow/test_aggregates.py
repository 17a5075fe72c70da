"""Versions are compared within an aggregate, and not with those of another."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from temporalio import workflow

from process_runtime.workflow import DedupeLimits, EventMeta
from process_runtime.workflow.arrival import Arrival
from process_runtime.workflow.counts import EventCounters
from process_runtime.workflow.dedupe import NewestVersions
from process_runtime.workflow.inbox import Inbox
from tests.runtime.workflow.ledger.events import booked


def meta(aggregate: str, version: int) -> EventMeta:
    return EventMeta(
        event_type="shop.Seen.v1",
        idempotency_key=str(uuid4()),
        schema_version=1,
        aggregate=aggregate,
        aggregate_version=version,
    )


def judged(metas: list[EventMeta], limits: DedupeLimits, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Which events an inbox takes to a handler."""
    # There is no workflow around the inbox to ask for the time, or to count for.
    monkeypatch.setattr(workflow, "now", lambda: datetime.now(UTC))
    monkeypatch.setattr(EventCounters, "_counter", lambda *_: Mock())
    process: Any = SimpleNamespace(
        dedupe_limits=limits,
        contract=SimpleNamespace(name="shop", event_types=()),
        meta_of=lambda envelope: metas[int(envelope.meta.idempotency_key)],
    )
    inbox: Inbox[Any] = Inbox(process, None)
    arrivals = [Arrival(booked(str(place))) for place in range(len(metas))]
    return [isinstance(inbox.triage(arrival), EventMeta) for arrival in arrivals]


def test_a_version_is_stale_only_beside_those_of_its_aggregate(monkeypatch: pytest.MonkeyPatch) -> None:
    metas = [meta("paid", 5), meta("shipped", 1), meta("paid", 5), meta("shipped", 2), meta("", 1)]
    assert judged(metas, DedupeLimits(), monkeypatch) == [True, True, False, True, True]


def test_the_version_applied_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    metas = [meta("a", 1), meta("b", 1), meta("a", 2), meta("c", 1), meta("a", 2), meta("b", 1)]
    assert judged(metas, DedupeLimits(aggregates=2), monkeypatch) == [True, True, True, True, False, True]


def test_a_version_taken_back_may_come_again() -> None:
    versions = NewestVersions(10, {"a": 1})
    for aggregate, version in (("a", 2), ("b", 7)):
        versions.apply(aggregate, version)
        assert versions.is_stale(aggregate, version)
        versions.take_back(aggregate)
        assert not versions.is_stale(aggregate, version)
    assert versions.to_dict() == {"a": 1}
