"""The router of the dispatch process, written by hand as a generator would."""

from process_runtime.contract import Delivery, EventMeta
from process_runtime.ingress import EventRoute, Router
from process_runtime.workflow_id import join_workflow_id
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import CONTRACT, EVENT_TYPES, meta_of


class DispatchRouter(Router[pb.DispatchEvent]):
    contract = CONTRACT
    envelope_type = pb.DispatchEvent
    payload_oneof = "payload"
    traceparent_field = "meta.traceparent"
    tracestate_field = "meta.tracestate"
    routes = {  # noqa: RUF012
        case: EventRoute(event_type, Delivery.SIGNAL_WITH_START) for case, event_type in EVENT_TYPES.items()
    }

    def meta_of(self, envelope: pb.DispatchEvent) -> EventMeta | None:
        return meta_of(envelope)

    def missing(self, envelope: pb.DispatchEvent) -> list[str]:
        return [] if envelope.meta.idempotency_key else ["meta.idempotency_key"]

    def workflow_id(self, envelope: pb.DispatchEvent) -> str:
        meta = envelope.meta
        return join_workflow_id(("dispatch/", "/", ""), (meta.tenant, meta.parcel))

    def start_message(self, envelope: pb.DispatchEvent) -> pb.DispatchStart:
        return pb.DispatchStart(tenant=envelope.meta.tenant, parcel=envelope.meta.parcel)
