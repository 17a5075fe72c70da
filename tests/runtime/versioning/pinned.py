"""A second process of the ledger's worker group, one that stays on the build that it began on."""

from dataclasses import replace

from temporalio import workflow

from process_runtime.contract import VersioningBehavior
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import CarriedState
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.registration import REGISTRATION as LEDGER
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

CONTRACT = replace(
    contract.CONTRACT,
    name="pinned-ledger",
    workflow_type="runtime_tests.ledger.v1.PinnedLedgerWorkflow",
    versioning_behavior=VersioningBehavior.PINNED,
)


@workflow.defn(name=CONTRACT.workflow_type)
class PinnedLedgerWorkflow(LedgerWorkflow):
    @workflow.run
    async def run(
        self, start: ledger_pb2.LedgerStart, carried: CarriedState | None = None
    ) -> ledger_pb2.LedgerResult:
        return await self._execution.run()


REGISTRATION: ProcessRegistration = replace(LEDGER, contract=CONTRACT, workflow=PinnedLedgerWorkflow)
