"""The ledger's contract, written by hand as a generator would."""

from dataclasses import replace

from process_runtime.contract import (
    EventMeta,
    ProcessContract,
    ProcessKind,
    VersioningBehavior,
    WorkflowIDReusePolicy,
)
from tests.runtime.workflow.ledger import ledger_pb2

BOOKED = "ledger.Booked.v1"
CHARGED = "ledger.Charged.v1"
CLOSED = "ledger.Closed.v1"
TRANSFER = "ledger.Transfer.v1"

EVENT_TYPES = {"booked": BOOKED, "charged": CHARGED, "closed": CLOSED, "transfer": TRANSFER}

CONTRACT = ProcessContract(
    name="ledger",
    api_version=(1, 0),
    workflow_type="runtime_tests.ledger.v1.LedgerWorkflow",
    task_queue="ledger",
    reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    checksum="0123456789abcdef" * 4,
    impl_module="tests.runtime.workflow.ledger.workflow_impl",
    event_types=tuple(EVENT_TYPES.values()),
    kind=ProcessKind.ENTITY,
)

AUDITED_EVENT = "ledger.Audited.v2"
AUDITED = replace(CONTRACT, event_types=(*CONTRACT.event_types, AUDITED_EVENT))
"""The next release, which has one more event."""


def meta_of(envelope: ledger_pb2.LedgerEvent) -> EventMeta | None:
    case = envelope.WhichOneof("payload")
    if case is None:
        return None
    if envelope.meta.schema_version > 1:
        raise ValueError("a schema version of the future, as a time out of range would be")
    return EventMeta(
        event_type=EVENT_TYPES[case],
        idempotency_key=envelope.meta.idempotency_key,
        schema_version=envelope.meta.schema_version,
        aggregate_version=envelope.meta.aggregate_version or None,
    )
