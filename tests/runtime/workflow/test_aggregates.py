"""Versions are compared within an aggregate, and not with those of another."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow

from process_runtime.workflow import DedupeLimits, EventMeta
from process_runtime.workflow.inbox import Answered, Arrival, Inbox


def meta(aggregate: str, version: int) -> EventMeta:
    return EventMeta(
        event_type="shop.Seen.v1",
        idempotency_key=str(uuid4()),
        schema_version=1,
        aggregate=aggregate,
        aggregate_version=version,
    )


def test_a_version_is_stale_only_beside_those_of_its_aggregate(monkeypatch: pytest.MonkeyPatch) -> None:
    # There is no workflow around the inbox to ask for the time, or to count for.
    monkeypatch.setattr(workflow, "now", lambda: datetime.now(UTC))
    monkeypatch.setattr(Inbox, "_count", lambda *_: None)
    process: Any = SimpleNamespace(dedupe_limits=DedupeLimits(), meta_of=lambda envelope: envelope)
    inbox: Inbox[Any] = Inbox(process, None)
    arrivals = [meta("paid", 5), meta("shipped", 1), meta("paid", 5), meta("shipped", 2), meta("", 1)]
    judged = [isinstance(inbox.triage(Arrival(arrival)), Answered) for arrival in arrivals]
    assert judged == [False, False, True, False, False]
