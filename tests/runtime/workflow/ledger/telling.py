"""The ledger once more, of a contract with the stream `progress`."""

from collections.abc import Sequence
from dataclasses import replace

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from tests.runtime.workflow.ledger.workflow_impl import Ledger

with workflow.unsafe.imports_passed_through():
    from process_runtime.contract import PROGRESS_STREAM, Stream
    from process_runtime.worker import ProcessRegistration
    from process_runtime.workflow import CarriedState, EventMeta, ProcessExecution
    from tests.runtime.workflow.ledger import contract, ledger_pb2
    from tests.runtime.workflow.ledger.activities import activity_functions, create_activities

CONTRACT = replace(
    contract.CONTRACT,
    name="telling-ledger",
    workflow_type="runtime_tests.ledger.v1.TellingLedgerWorkflow",
    impl_module=__name__,
    publishes_progress=True,
)


class TellingLedger(Ledger):
    """Its phase is the key of the event that was booked last."""

    contract = CONTRACT
    history_limit = 40

    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        if not self.phase:
            self.phase = "OPEN"
        await self.until(lambda: self.state.closed)
        if start.course == "fails":
            raise ApplicationError("the books do not balance", type="Unbalanced")
        return ledger_pb2.LedgerResult(applied=self.state.applied)

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        await super().on_booked(fact, meta)
        self.phase = "between"
        self.phase = meta.idempotency_key
        self.phase = meta.idempotency_key


@workflow.defn(name=CONTRACT.workflow_type)
class TellingLedgerWorkflow:
    @workflow.init
    def __init__(self, start: ledger_pb2.LedgerStart, carried: CarriedState | None = None) -> None:
        self._execution = ProcessExecution(TellingLedger(), start, carried)

    @workflow.run
    async def run(
        self, start: ledger_pb2.LedgerStart, carried: CarriedState | None = None
    ) -> ledger_pb2.LedgerResult:
        return await self._execution.run()

    @workflow.signal(dynamic=True)
    def event(self, name: str, args: Sequence[RawValue]) -> None:
        self._execution.receive_unknown(name, args)

    @workflow.query
    def phase(self) -> str:
        return self._execution.process.phase

    @workflow.query
    def changes_what_it_asks(self) -> str:
        self._execution.process.phase = "ASKED"
        return ""


REGISTRATION = ProcessRegistration(
    contract=CONTRACT,
    workflow=TellingLedgerWorkflow,
    passthrough=(
        "tests.runtime.workflow.ledger.contract",
        "tests.runtime.workflow.ledger.activities",
        "tests.runtime.workflow.ledger.ledger_pb2",
        "tests.runtime.workflow.ledger.switches",
    ),
    create_activities=create_activities,
    activity_functions=activity_functions,
    streams=(Stream(PROGRESS_STREAM, "jsonl", "ledger-progress"),),
)
