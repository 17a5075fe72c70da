"""Entry and people's part of the dispatch process in one."""

import asyncio
from collections.abc import Sequence

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import CarriedState, EventMeta, Process, ProcessExecution
    from tests.runtime.facts.dispatch import contract
    from tests.runtime.facts.dispatch import dispatch_pb2 as pb


class Dispatch(Process[pb.DispatchEvent, pb.DispatchStart, pb.DispatchResult, pb.DispatchState]):
    contract = contract.CONTRACT
    state_type = pb.DispatchState
    history_limit = 40

    @property
    def key(self) -> pb.DispatchStart:
        return self.start

    async def run(self, start: pb.DispatchStart) -> pb.DispatchResult:
        if start.parcel == "announced":
            await self.emit(contract.MOVED, pb.ParcelMoved(place="announced"))
        await self.until(lambda: self.state.closed)
        receipt = pb.Receipt(tenant=start.tenant, number=7, seal=b"\x00\xff")
        await self.emit(contract.ARRIVED, pb.ParcelArrived(receipt=receipt))
        return pb.DispatchResult()

    async def handle(self, envelope: pb.DispatchEvent, meta: EventMeta) -> Message | None:
        if envelope.WhichOneof("payload") == "closed":
            self.state.closed = True
            return None
        places = envelope.scanned.places
        await asyncio.gather(*(self.emit(contract.MOVED, pb.ParcelMoved(place=place)) for place in places))
        return None

    def meta_of(self, envelope: pb.DispatchEvent) -> EventMeta | None:
        return contract.meta_of(envelope)


@workflow.defn(name=contract.CONTRACT.workflow_type)
class DispatchWorkflow:
    @workflow.init
    def __init__(self, start: pb.DispatchStart, carried: CarriedState | None = None) -> None:
        self._execution = ProcessExecution(Dispatch(), start, carried)

    @workflow.run
    async def run(self, start: pb.DispatchStart, carried: CarriedState | None = None) -> pb.DispatchResult:
        return await self._execution.run()

    @workflow.signal(name=contract.SCANNED)
    def scanned(self, *envelopes: pb.DispatchEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(name=contract.CLOSED)
    def closed(self, *envelopes: pb.DispatchEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(dynamic=True)
    def unknown_event(self, name: str, args: Sequence[RawValue]) -> None:
        self._execution.receive_unknown(name, args)
