"""The ledger's client, written by hand as a generator would."""

import uuid

from temporalio.client import Client, WorkflowHandle

from process_runtime.client import ProcessClient
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.events import closed, transfer
from tests.runtime.workflow.ledger.router import LedgerRouter
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow


class LedgerClient(ProcessClient[ledger_pb2.LedgerEvent]):
    """One account's client."""

    contract = contract.CONTRACT
    router = LedgerRouter()

    def __init__(self, client: Client, task_queue: str) -> None:
        super().__init__(client, task_queue=task_queue)
        self.account = f"a-{uuid.uuid4()}"

    @property
    def handle(self) -> WorkflowHandle[LedgerWorkflow, ledger_pb2.LedgerResult]:
        workflow_id = self.router.workflow_id(self._of(closed()))
        return self._client.get_workflow_handle_for(LedgerWorkflow.run, workflow_id)

    async def send(self, envelope: ledger_pb2.LedgerEvent) -> None:
        envelope = self._of(envelope)
        route = self.router.route_of(envelope)
        assert route is not None
        await self._deliver(route.event_type, envelope)

    async def transfer(self, key: str, amount: int = 1) -> int:
        envelope = self._of(transfer(key, amount))
        reply = await self._update(contract.TRANSFER, envelope, ledger_pb2.TransferReply)
        return reply.balance

    def _of(self, envelope: ledger_pb2.LedgerEvent) -> ledger_pb2.LedgerEvent:
        envelope.meta.account_id = self.account
        return envelope
