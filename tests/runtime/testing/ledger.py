"""The ledger's tests need, written by hand as a generator would."""

from collections.abc import Mapping
from typing import Any, ClassVar

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from process_runtime.client import ProcessClient
from process_runtime.testing import CallRecord, EventBuilder, ProcessHarness, Run, StandIn
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.activities import LedgerActivities
from tests.runtime.workflow.ledger.contract import CONTRACT
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.router import LedgerRouter


class LedgerKey:
    def __init__(self, account_id: str) -> None:
        self.account_id = account_id


class LedgerClient(ProcessClient[ledger_pb2.LedgerEvent]):
    contract = CONTRACT
    router = LedgerRouter()
    result_type = ledger_pb2.LedgerResult

    async def start(self, start: ledger_pb2.LedgerStart) -> WorkflowHandle[Any, Any]:
        return await self._start(f"ledger/{start.account_id}", start)


class LedgerEvents(EventBuilder[ledger_pb2.LedgerEvent]):
    _envelope_type = ledger_pb2.LedgerEvent
    _key_paths: ClassVar[Mapping[str, str]] = {"account_id": "meta.account_id"}
    _idempotency_key_path = "meta.idempotency_key"
    _schema_version_path = "meta.schema_version"
    _aggregate_version_path = "meta.aggregate_version"

    def booked(
        self,
        key: LedgerKey,
        payload: ledger_pb2.Booked,
        *,
        idempotency_key: str | None = None,
        schema_version: int = 1,
        aggregate_version: int | None = None,
    ) -> ledger_pb2.LedgerEvent:
        return self._build(
            "booked",
            payload,
            key,
            idempotency_key=idempotency_key,
            schema_version=schema_version,
            aggregate_version=aggregate_version,
        )

    def charged(self, key: LedgerKey, amount: int = 1) -> ledger_pb2.LedgerEvent:
        payload = ledger_pb2.Charged(amount=amount)
        return self._build("charged", payload, key, idempotency_key=None, schema_version=1)

    def closed(self, key: LedgerKey) -> ledger_pb2.LedgerEvent:
        return self._build("closed", ledger_pb2.Closed(), key, idempotency_key=None, schema_version=1)

    def transfer(self, key: LedgerKey, amount: int) -> ledger_pb2.LedgerEvent:
        payload = ledger_pb2.Transfer(amount=amount)
        return self._build("transfer", payload, key, idempotency_key=None, schema_version=1)


class LedgerStandIns:
    charge: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]
    refund: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]

    def __init__(self, record: CallRecord, real: LedgerActivities | None = None) -> None:
        response = ledger_pb2.ChargeResponse
        self.charge = StandIn("charge", response, record, None if real is None else real.charge)
        self.refund = StandIn("refund", response, record, None if real is None else real.refund)


class LedgerHarness(ProcessHarness[ledger_pb2.LedgerEvent, ledger_pb2.LedgerState, ledger_pb2.LedgerResult]):
    registration = REGISTRATION
    client_type = LedgerClient
    state_type = ledger_pb2.LedgerState
    events: LedgerEvents

    def __init__(
        self, env: WorkflowEnvironment, real: LedgerActivities | None = None, **options: Any
    ) -> None:
        super().__init__(env, **options)
        self.events = LedgerEvents()
        self.activities = LedgerStandIns(self.record, real)

    @property
    def client(self) -> LedgerClient:
        return LedgerClient(self.temporal, task_queue=self.task_queue)

    async def open(self, key: LedgerKey, course: str) -> Run[ledger_pb2.LedgerState, ledger_pb2.LedgerResult]:
        """Start a ledger whose `run` does something out of the usual."""
        start = ledger_pb2.LedgerStart(start_version=1, account_id=key.account_id, course=course)
        handle = await self.client.start(start)
        return self._run(handle.id)

    def _implementation(self) -> LedgerActivities:
        return self.activities
