"""Contracts of a gauge, which lives long, and of a reading, which is short; written by hand as generated."""

from datetime import timedelta
from typing import Any

from process_runtime.contract import (
    EventMeta,
    KeyField,
    ProcessContract,
    ProcessKind,
    Schedule,
    SearchAttributeKey,
    StateAttribute,
    VersioningBehavior,
    WorkflowIDReusePolicy,
)
from process_runtime.workflow import Patch, ScheduledProcess
from process_runtime.workflow_id import join_workflow_id
from tests.runtime.visibility.gauge import gauge_pb2 as pb

SET = "gauge.Set.v1"
CLOSED = "gauge.Closed.v1"
EVENT_TYPES = {"set": SET, "closed": CLOSED}

_SHARED: dict[str, Any] = {
    "api_version": (1, 2),
    "reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE,
    "checksum": "0123456789abcdef" * 4,
    "event_types": tuple(EVENT_TYPES.values()),
    "key_fields": (
        KeyField("tenant", ("meta", "tenant")),
        KeyField("number", ("meta", "number"), sensitive=True),
    ),
}

GAUGE = ProcessContract(
    name="gauge",
    workflow_type="runtime_tests.gauge.v1.GaugeWorkflow",
    task_queue="gauge",
    versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    impl_module="tests.runtime.visibility.gauge.workflow",
    search_attributes=(
        StateAttribute(SearchAttributeKey.for_keyword("GaugeSite"), ("site",)),
        StateAttribute(SearchAttributeKey.for_keyword("GaugeLevel"), ("level",)),
        StateAttribute(SearchAttributeKey.for_int("GaugeCount"), ("count",)),
        StateAttribute(SearchAttributeKey.for_int("GaugeSerial"), ("serial",)),
        StateAttribute(SearchAttributeKey.for_float("GaugeValue"), ("value",)),
        StateAttribute(SearchAttributeKey.for_bool("GaugeAlarmed"), ("alarmed",)),
        StateAttribute(SearchAttributeKey.for_datetime("GaugeSince"), ("since",)),
        StateAttribute(SearchAttributeKey.for_keyword_list("GaugeTags"), ("tags",)),
        StateAttribute(SearchAttributeKey.for_keyword("GaugeCity"), ("place", "city")),
    ),
    **_SHARED,
)

# Tests change them, as a new version of the contract would.
PATCHES: dict[str, Patch] = {}

READING = ProcessContract(
    name="reading",
    kind=ProcessKind.TRANSACTION,
    workflow_type="runtime_tests.gauge.v1.ReadingWorkflow",
    task_queue="reading",
    versioning_behavior=VersioningBehavior.PINNED,
    impl_module="tests.runtime.visibility.gauge.workflow",
    **_SHARED,
)


def meta_of(envelope: pb.GaugeEvent) -> EventMeta | None:
    case = envelope.WhichOneof("payload")
    if case is None:
        return None
    return EventMeta(
        event_type=EVENT_TYPES[case], idempotency_key=envelope.meta.idempotency_key, schema_version=1
    )


def start_of_event(envelope: pb.GaugeEvent) -> pb.GaugeStart:
    start = pb.GaugeStart(start_version=1, tenant=envelope.meta.tenant)
    if envelope.meta.HasField("observed_at"):
        start.started_at.CopyFrom(envelope.meta.observed_at)
    return start


def gauge_id_of(envelope: pb.GaugeEvent) -> str:
    return join_workflow_id(("proc/gauge/", "/", ""), (envelope.meta.tenant, envelope.meta.number or ""))


def reading_id_of(envelope: pb.GaugeEvent) -> str:
    return join_workflow_id(("proc/reading/", ""), (envelope.meta.idempotency_key,))


SCHEDULED_GAUGE = ScheduledProcess(
    contract=GAUGE,
    schedules=(
        Schedule(name="yearly", cron="@yearly", overlap="CANCEL_OTHER"),
        Schedule(name="rarely", cron="0 3 1 1 *", time_zone="Europe/Berlin"),
    ),
    envelope_type=pb.GaugeEvent,
    idempotency_key=("meta", "idempotency_key"),
    observed_at=("meta", "observed_at"),
    id_uses_key=True,
    workflow_id_of=gauge_id_of,
    start_of_event=start_of_event,
)

SCHEDULED_READING = ScheduledProcess(
    contract=READING,
    schedules=(
        Schedule(name="daily", interval=timedelta(days=1), overlap="ALLOW_ALL"),
        Schedule(
            name="january",
            cron="15 2 1 JAN *",
            overlap="BUFFER_ONE",
            catchup_window=timedelta(hours=1),
            time_zone="Europe/Berlin",
        ),
    ),
    envelope_type=pb.GaugeEvent,
    idempotency_key=("meta", "idempotency_key"),
    observed_at=("meta", "observed_at"),
    id_uses_key=False,
    workflow_id_of=reading_id_of,
    start_of_event=start_of_event,
)
