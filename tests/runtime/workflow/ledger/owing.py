"""Ledgers that owe compensations and end in one way or another."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from tests.runtime.workflow.ledger.workflow_impl import Ledger

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import EventMeta, RetryOptions, call_activity
    from tests.runtime.workflow.ledger import ledger_pb2
    from tests.runtime.workflow.ledger.activities import CHARGE

_ONCE = RetryOptions(maximum_attempts=1)
_HASTY_CHARGE = replace(CHARGE, start_to_close_timeout=timedelta(milliseconds=500), retry=_ONCE)


def _request(reference: str) -> ledger_pb2.ChargeRequest:
    return ledger_pb2.ChargeRequest(reference=reference)


class Owing(Ledger):
    """A booking adds a compensation by hand, one with its own retry policy if the key begins so."""

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
            case "owing hurries":
                await call_activity(_HASTY_CHARGE, _request("a"), ledger_pb2.ChargeResponse)
            case "owing nothing":
                try:
                    await self.activities.refund(_request("a"))
                except ActivityError:
                    self.state.applied.append("a step failed")
            case "owing gathers":
                await asyncio.gather(self.activities.charge(_request("slow")), self.breaks())
        return ledger_pb2.LedgerResult(applied=self.state.applied)

    async def breaks(self) -> None:
        raise ApplicationError("beside an activity in flight", type="Unbalanced")

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        key = meta.idempotency_key
        if key == "clear":
            self.saga.clear()
        elif key.startswith("calls"):
            await self.activities.refund(_request(key))
        else:
            request = _request(key)
            retry = _ONCE if key.startswith("once") else None
            self.saga.add(self.activities.refund, request, retry=retry)
            request.reference = "changed later"
        self.state.applied.append(key)
