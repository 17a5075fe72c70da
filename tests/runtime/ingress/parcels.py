"""A parcel process and a receipt process, as small as ingress tests can be: routers, workflows, envelopes."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import grpc_tools  # type: ignore[import-untyped]
from google.protobuf.message import Message
from grpc_tools import protoc
from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from process_runtime import coalesced
from process_runtime.contract import Delivery, EventMeta, KeyField, ProcessContract
from process_runtime.ingress import EventRoute, Router
from process_runtime.workflow_id import join_workflow_id


def compiled(name: str) -> Any:
    """Return the module of the proto `name` beside this one."""
    if loaded := sys.modules.get(f"{name}_pb2"):
        return loaded
    folder = Path(tempfile.mkdtemp(prefix="parcel-proto-"))
    here = Path(__file__).parent
    wellknown = Path(grpc_tools.__file__).parent / "_proto"
    code = protoc.main(
        ["protoc", f"-I{here}", f"-I{wellknown}", f"--python_out={folder}", str(here / f"{name}.proto")]
    )
    assert code == 0
    sys.path.append(str(folder))
    return importlib.import_module(f"{name}_pb2")


pb: Any = compiled("parcel")

PARCEL = ProcessContract(
    name="parcel",
    api_version=(1, 0),
    workflow_type="parcel.v1.Parcel",
    task_queue="parcel",
    reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    checksum="ab" * 32,
    impl_module="processes.parcel.workflow_impl",
    key_fields=(KeyField("tenant_id", ("meta", "key", "tenant_id")),),
    event_types=(
        "parcels.Posted.v1",
        "parcels.Scanned.v1",
        "parcels.Weigh.v1",
        "parcels.Recount.v1",
        "parcels.Delivered.v1",
    ),
)
RECEIPT = ProcessContract(
    name="receipt",
    api_version=(1, 0),
    workflow_type="parcel.v1.Receipt",
    task_queue="parcel",
    reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    versioning_behavior=VersioningBehavior.PINNED,
    checksum="cd" * 32,
    impl_module="processes.receipt.workflow_impl",
    event_types=("parcels.Issued.v1",),
    execution_timeout=timedelta(hours=1),
)


def _meta(envelope: Any, event_type: str) -> EventMeta:
    return EventMeta(
        event_type=event_type,
        idempotency_key=envelope.meta.idempotency_key,
        schema_version=envelope.meta.schema_version,
        observed_at=envelope.meta.observed_at.ToDatetime() if envelope.meta.HasField("observed_at") else None,
        traceparent=envelope.meta.traceparent,
        tracestate=envelope.meta.tracestate,
        correlation_id=envelope.meta.correlation_id,
        causation_id=envelope.meta.causation_id,
    )


class ParcelRouter(Router[Any]):
    """Written as the generator would write it."""

    contract = PARCEL
    envelope_type = pb.ParcelEvent
    traceparent_field = "meta.traceparent"
    tracestate_field = "meta.tracestate"
    correlation_id_field = "meta.correlation_id"
    causation_id_field = "meta.causation_id"
    tenant_field = "meta.key.tenant_id"
    routes: ClassVar[Mapping[str, EventRoute]] = {
        "posted": EventRoute("parcels.Posted.v1", Delivery.SIGNAL_WITH_START),
        "scanned": EventRoute("parcels.Scanned.v1", Delivery.SIGNAL),
        "weigh": EventRoute("parcels.Weigh.v1", Delivery.UPDATE_WITH_START, pb.Weight),
        "recount": EventRoute("parcels.Recount.v1", Delivery.UPDATE, pb.Weight),
        "delivered": EventRoute("parcels.Delivered.v1", Delivery.SIGNAL_WITH_START),
    }
    payload_oneof = "payload"

    def meta_of(self, envelope: Any) -> EventMeta | None:
        route = self.route_of(envelope)
        return None if route is None else _meta(envelope, route.event_type)

    def missing(self, envelope: Any) -> list[str]:
        fields = {
            "meta.idempotency_key": envelope.meta.idempotency_key,
            "meta.key.tenant_id": envelope.meta.key.tenant_id,
            "meta.key.parcel_id": envelope.meta.key.parcel_id,
            "meta.schema_version": envelope.meta.schema_version,
        }
        return [name for name, value in fields.items() if not value]

    def workflow_id(self, envelope: Any) -> str:
        key = envelope.meta.key
        return join_workflow_id(("proc/parcel/", "/", ""), (key.tenant_id, key.parcel_id))

    def start_message(self, envelope: Any) -> Message:
        start: Message = pb.ParcelStart(start_version=1, key=envelope.meta.key)
        return start


class ReceiptRouter(Router[Any]):
    """A transaction: the event is the start message."""

    contract = RECEIPT
    envelope_type = pb.ReceiptEvent
    routes: ClassVar[Mapping[str, EventRoute]] = {"issued": EventRoute("parcels.Issued.v1", Delivery.START)}
    payload_oneof = "payload"

    def meta_of(self, envelope: Any) -> EventMeta | None:
        route = self.route_of(envelope)
        return None if route is None else _meta(envelope, route.event_type)

    def missing(self, envelope: Any) -> list[str]:
        fields = {
            "meta.idempotency_key": envelope.meta.idempotency_key,
            "meta.key.parcel_id": envelope.meta.key.parcel_id,
            "meta.schema_version": envelope.meta.schema_version,
        }
        return [name for name, value in fields.items() if not value]

    def workflow_id(self, envelope: Any) -> str:
        return join_workflow_id(("proc/receipt/", ""), (envelope.meta.idempotency_key,))

    def start_message(self, envelope: Any) -> Message:
        start: Message = pb.ReceiptStart(start_version=1, issued=envelope.issued)
        return start


@workflow.defn(name=PARCEL.workflow_type, sandboxed=False)
class ParcelWorkflow:
    """Notes what reaches it, in order; ends with a Delivered event."""

    @workflow.init
    def __init__(self, start: RawValue) -> None:
        self.parcel_id = ""
        self.received: list[str] = []
        self.done = False

    @workflow.run
    async def run(self, start: RawValue) -> list[str]:
        await workflow.wait_condition(lambda: self.done)
        return self.received

    @workflow.signal(dynamic=True)
    def any_event(self, name: str, args: Sequence[RawValue]) -> None:
        read = workflow.payload_converter().from_payload
        types = [name] * len(args)
        if name == coalesced.SIGNAL:
            types, args = read(args[0].payload, list[str]), args[1:]
        for event_type, raw in zip(types, args, strict=True):
            envelope = read(raw.payload, pb.ParcelEvent)
            self.received.append(f"{event_type} {envelope.meta.idempotency_key}")
        self.done = self.done or "parcels.Delivered.v1" in types

    @workflow.update(name="parcels.Weigh.v1")
    async def weigh(self, envelope: pb.ParcelEvent) -> pb.Weight:
        if envelope.weigh.refuse:
            detail = pb.Weight(grams=7)
            raise ApplicationError("the scales are out of order", detail, type="ScalesBroken")
        return pb.Weight(grams=100 + len(self.received))

    @workflow.update(name="parcels.Recount.v1")
    async def recount(self, envelope: pb.ParcelEvent) -> pb.Weight:
        return pb.Weight(grams=-1)

    @workflow.query
    def events(self) -> list[str]:
        return self.received


@workflow.defn(name=RECEIPT.workflow_type, sandboxed=False)
class ReceiptWorkflow:
    """Returns the amount it was started with."""

    @workflow.run
    async def run(self, start: pb.ReceiptStart) -> int:
        return int(start.issued.cents)


def event(case: str, key: str, number: int | str, **fields: Any) -> Any:
    """Return a valid envelope; `number` makes its idempotency key."""
    envelope_type = pb.ReceiptEvent if case == "issued" else pb.ParcelEvent
    envelope = envelope_type(
        meta=pb.Meta(
            idempotency_key=f"{key}-{number}", key=pb.Key(tenant_id="acme", parcel_id=key), schema_version=1
        )
    )
    getattr(envelope, case).SetInParent()
    for name, value in fields.items():
        setattr(getattr(envelope, case), name, value)
    return envelope


def workflow_id(key: str) -> str:
    """Return the workflow ID of the parcel `key`."""
    return f"proc/parcel/acme/{key}"
