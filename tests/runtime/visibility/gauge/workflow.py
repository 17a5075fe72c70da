"""A gauge, whose events set its state, and a reading, which ends at once."""

from collections.abc import Sequence

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import (
        CarriedState,
        EventMeta,
        Process,
        ProcessExecution,
        ScheduledStart,
        start_scheduled,
    )
    from tests.runtime.visibility.gauge import contract
    from tests.runtime.visibility.gauge import gauge_pb2 as pb


class Gauge(Process[pb.GaugeEvent, pb.GaugeStart, pb.GaugeResult, pb.GaugeState]):
    search_attribute_patches = contract.PATCHES
    contract = contract.GAUGE
    state_type = pb.GaugeState
    history_limit = 40

    async def run(self, start: pb.GaugeStart) -> pb.GaugeResult:
        self.phase = "watching"
        await self.until(lambda: self.state.closed)
        self.phase = "closed"
        if self.state.fails:
            raise ApplicationError("as it was told", non_retryable=True)
        return pb.GaugeResult(start=start)

    async def handle(self, envelope: pb.GaugeEvent, meta: EventMeta) -> Message | None:
        match envelope.WhichOneof("payload"):
            case "set":
                self.state.CopyFrom(envelope.set.state)
            case "closed":
                self.state.CopyFrom(envelope.closed.state)
                self.state.closed = True
                self.state.fails = envelope.closed.fails
        return None

    def meta_of(self, envelope: pb.GaugeEvent) -> EventMeta | None:
        return contract.meta_of(envelope)


@workflow.defn(name=contract.GAUGE.workflow_type)
class GaugeWorkflow:
    @workflow.init
    def __init__(self, start: pb.GaugeStart, carried: CarriedState | None = None) -> None:
        self._execution = ProcessExecution(Gauge(), start, carried)

    @workflow.run
    async def run(self, start: pb.GaugeStart, carried: CarriedState | None = None) -> pb.GaugeResult:
        return await self._execution.run()

    @workflow.signal(name=contract.SET)
    def set(self, *envelopes: pb.GaugeEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(name=contract.CLOSED)
    def closed(self, *envelopes: pb.GaugeEvent) -> None:
        self._execution.receive(envelopes)

    @workflow.signal(dynamic=True)
    def unknown_event(self, name: str, args: Sequence[RawValue]) -> None:
        self._execution.receive_unknown(name, args)

    @workflow.query
    def phase(self) -> str:
        return self._execution.process.phase


@workflow.defn(name=contract.SCHEDULED_GAUGE.workflow_type)
class GaugeScheduledStart:
    @workflow.run
    async def run(self, scheduled: ScheduledStart) -> str:
        return await start_scheduled(contract.SCHEDULED_GAUGE, scheduled)


@workflow.defn(name=contract.READING.workflow_type)
class ReadingWorkflow:
    @workflow.run
    async def run(self, start: pb.GaugeStart) -> pb.GaugeResult:
        return pb.GaugeResult(start=start)


@workflow.defn(name=contract.SCHEDULED_READING.workflow_type)
class ReadingScheduledStart:
    @workflow.run
    async def run(self, scheduled: ScheduledStart) -> str:
        return await start_scheduled(contract.SCHEDULED_READING, scheduled)
