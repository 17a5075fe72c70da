"""The contract of a process that tells where a parcel is, written by hand as a generator would."""

from process_runtime.contract import (
    EventMeta,
    KeyField,
    OutboundFact,
    ProcessContract,
    ProcessKind,
    Stream,
    VersioningBehavior,
    WorkflowIDReusePolicy,
)
from tests.runtime.facts.dispatch import dispatch_pb2 as pb

SCANNED = "dispatch.Scanned.v1"
CLOSED = "dispatch.Closed.v1"
EVENT_TYPES = {"scanned": SCANNED, "closed": CLOSED}

MOVED = OutboundFact(
    event_type="dispatch.ParcelMoved.v1",
    message_name="runtime_tests.dispatch.v1.ParcelMoved",
    stream="moves",
    schema_subject="dispatch moves/value",
)
ARRIVED = OutboundFact(
    event_type="dispatch.ParcelArrived.v1",
    message_name="runtime_tests.dispatch.v1.ParcelArrived",
    stream="arrivals",
    partition_key_fields=("receipt.tenant", "receipt.number"),
    idempotency_key_fields=("receipt.number", "receipt.seal"),
)
STREAMS = (
    Stream("moves", "jsonl", "moves-binding"),
    Stream("arrivals", "jsonl", "arrivals-binding"),
    Stream("unused", "jsonl", "unused-binding"),
)

CONTRACT = ProcessContract(
    name="dispatch",
    api_version=(2, 1),
    workflow_type="runtime_tests.dispatch.v1.Dispatch",
    task_queue="dispatch",
    reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    checksum="0123456789abcdef" * 4,
    impl_module="tests.runtime.facts.dispatch.workflow",
    event_types=tuple(EVENT_TYPES.values()),
    kind=ProcessKind.ENTITY,
    key_fields=(KeyField("tenant", ("meta", "tenant")), KeyField("parcel", ("meta", "parcel"))),
)


def meta_of(envelope: pb.DispatchEvent) -> EventMeta | None:
    case = envelope.WhichOneof("payload")
    if case is None:
        return None
    return EventMeta(
        event_type=EVENT_TYPES[case],
        idempotency_key=envelope.meta.idempotency_key,
        schema_version=1,
        traceparent=envelope.meta.traceparent,
        tracestate=envelope.meta.tracestate,
        correlation_id=envelope.meta.correlation_id,
    )


def scanned(key: str, *places: str, **meta: str) -> pb.DispatchEvent:
    return pb.DispatchEvent(meta=_meta(key, meta), scanned=pb.Scanned(places=places))


def closed(key: str = "close", **meta: str) -> pb.DispatchEvent:
    return pb.DispatchEvent(meta=_meta(key, meta), closed=pb.Closed())


def _meta(key: str, fields: dict[str, str]) -> pb.Meta:
    meta = pb.Meta(idempotency_key=key, tenant="acme", parcel="p-1")
    for name, value in fields.items():
        setattr(meta, name, value)
    return meta
