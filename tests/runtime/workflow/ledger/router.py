"""The ledger's router, written by hand as a generator would."""

from process_runtime.contract import Delivery, EventMeta
from process_runtime.ingress import EventRoute, Router
from process_runtime.workflow_id import join_workflow_id
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.contract import CONTRACT, EVENT_TYPES, TRANSFER, meta_of


class LedgerRouter(Router[ledger_pb2.LedgerEvent]):
    contract = CONTRACT
    envelope_type = ledger_pb2.LedgerEvent
    payload_oneof = "payload"
    routes = {  # noqa: RUF012
        **{
            case: EventRoute(event_type, Delivery.SIGNAL_WITH_START)
            for case, event_type in EVENT_TYPES.items()
            if case != "transfer"
        },
        "transfer": EventRoute(TRANSFER, Delivery.UPDATE_WITH_START, ledger_pb2.TransferReply),
    }

    def meta_of(self, envelope: ledger_pb2.LedgerEvent) -> EventMeta | None:
        return meta_of(envelope)

    def missing(self, envelope: ledger_pb2.LedgerEvent) -> list[str]:
        return [] if envelope.meta.account_id else ["meta.account_id"]

    def workflow_id(self, envelope: ledger_pb2.LedgerEvent) -> str:
        return join_workflow_id(("ledger/", ""), (envelope.meta.account_id,))

    def start_message(self, envelope: ledger_pb2.LedgerEvent) -> ledger_pb2.LedgerStart:
        return ledger_pb2.LedgerStart(start_version=1, account_id=envelope.meta.account_id)
