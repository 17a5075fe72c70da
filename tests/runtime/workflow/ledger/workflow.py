"""The ledger's workflow entry, written by hand as a generator would."""

from abc import abstractmethod
from collections.abc import Sequence

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import CarriedState, EventMeta, Process, ProcessExecution
    from tests.runtime.workflow.ledger import contract, ledger_pb2
    from tests.runtime.workflow.ledger.activities import ACTIVITIES, LedgerActivityStubs


class LedgerProcess(
    Process[ledger_pb2.LedgerEvent, ledger_pb2.LedgerStart, ledger_pb2.LedgerResult, ledger_pb2.LedgerState]
):
    contract = contract.CONTRACT
    state_type = ledger_pb2.LedgerState
    activity_options = ACTIVITIES

    def __init__(self) -> None:
        super().__init__()
        self.activities = LedgerActivityStubs()

    @abstractmethod
    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None: ...

    @abstractmethod
    async def on_charged(self, fact: ledger_pb2.Charged, meta: EventMeta) -> None: ...

    @abstractmethod
    async def on_closed(self, fact: ledger_pb2.Closed, meta: EventMeta) -> None: ...

    @abstractmethod
    async def on_transfer(
        self, command: ledger_pb2.Transfer, meta: EventMeta
    ) -> ledger_pb2.TransferReply: ...

    def validate_transfer(self, command: ledger_pb2.Transfer, meta: EventMeta) -> None:
        """Accepts unless overridden."""

    async def handle(self, envelope: ledger_pb2.LedgerEvent, meta: EventMeta) -> Message | None:
        match envelope.WhichOneof("payload"):
            case "booked":
                await self.on_booked(envelope.booked, meta)
            case "charged":
                await self.on_charged(envelope.charged, meta)
            case "closed":
                await self.on_closed(envelope.closed, meta)
            case "transfer":
                return await self.on_transfer(envelope.transfer, meta)
        return None

    def meta_of(self, envelope: ledger_pb2.LedgerEvent) -> EventMeta | None:
        return contract.meta_of(envelope)

    def validate(self, envelope: ledger_pb2.LedgerEvent, meta: EventMeta) -> None:
        if envelope.WhichOneof("payload") == "transfer":
            self.validate_transfer(envelope.transfer, meta)


@workflow.defn(name=contract.CONTRACT.workflow_type)
class LedgerWorkflow:
    @workflow.init
    def __init__(self, start: ledger_pb2.LedgerStart, carried: CarriedState | None = None) -> None:
        self._execution = ProcessExecution(
            tests.runtime.workflow.ledger.workflow_impl.ledger_for(start), start, carried
        )

    @workflow.run
    async def run(
        self, start: ledger_pb2.LedgerStart, carried: CarriedState | None = None
    ) -> ledger_pb2.LedgerResult:
        return await self._execution.run()

    @workflow.signal(name=contract.BOOKED)
    def booked(self, *envelopes: ledger_pb2.LedgerEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(name=contract.CHARGED)
    def charged(self, *envelopes: ledger_pb2.LedgerEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(name=contract.CLOSED)
    def closed(self, *envelopes: ledger_pb2.LedgerEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.update(name=contract.TRANSFER)
    async def transfer(self, envelope: ledger_pb2.LedgerEvent) -> ledger_pb2.TransferReply:
        return await self._execution.update(envelope, ledger_pb2.TransferReply)

    @transfer.validator
    def validate_transfer(self, envelope: ledger_pb2.LedgerEvent) -> None:
        self._execution.validate_update(envelope)

    @workflow.signal(dynamic=True)
    def unknown_event(self, name: str, args: Sequence[RawValue]) -> None:
        self._execution.receive_unknown(name, args)

    @workflow.query
    def state(self) -> ledger_pb2.LedgerState:
        return self._execution.process.state

    @workflow.query
    def phase(self) -> str:
        return self._execution.process.phase


import tests.runtime.workflow.ledger.workflow_impl  # noqa: E402
