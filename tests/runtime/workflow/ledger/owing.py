"""Ledgers that owe compensations and end in one way or another."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from tests.runtime.workflow.ledger.workflow_impl import Ledger

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import EventMeta, RetryOptions
    from tests.runtime.workflow.ledger import ledger_pb2

_PATIENT = RetryOptions(initial_interval=timedelta(milliseconds=10), maximum_attempts=6)


def _request(reference: str) -> ledger_pb2.ChargeRequest:
    return ledger_pb2.ChargeRequest(reference=reference)


class Owing(Ledger):
    """A booking adds a compensation by hand: with a retry policy of its own if the key says `patient`."""

    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        self.phase = "OPEN"
        await self.until(lambda: self.state.closed)
        match start.course:
            case "owing fails":
                raise ApplicationError("the books do not balance", type="Unbalanced")
            case "owing compensates":
                await self.compensate()
            case "owing forgives":
                try:
                    await self.compensate()
                except ApplicationError as error:
                    self.state.applied.append(f"{error.type} {','.join(error.details)}")
            case "owing forgives and clears":
                try:
                    await self.compensate()
                except ApplicationError:
                    self.saga.clear()
            case "owing gathers":
                await asyncio.gather(self.activities.charge(_request("slow")), self.breaks())
        return ledger_pb2.LedgerResult(applied=self.state.applied)

    async def breaks(self) -> None:
        raise ApplicationError("beside an activity in flight", type="Unbalanced")

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        key = meta.idempotency_key
        if key == "clear":
            self.saga.clear()
        else:
            request = _request(key)
            patience = _PATIENT if key.startswith("patient") else None
            self.saga.add(self.activities.refund, request, retry=patience)
            request.reference = "changed later"
        self.state.applied.append(key)
