"""Ledgers written as people seldom write a process."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from tests.runtime.workflow.ledger.workflow_impl import Ledger

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import EventMeta, after
    from tests.runtime.workflow.ledger import ledger_pb2

_HOUR = timedelta(hours=1)
_LONG_NAME = "name " * 1_000


def _request(reference: str) -> ledger_pb2.ChargeRequest:
    return ledger_pb2.ChargeRequest(reference=reference)


class Awkward(Ledger):
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        match start.course.removeprefix("awkward "):
            case "goes on when cancelled":
                await self.until_closed_whatever_comes()
            case "step that waits":
                await self.until(
                    lambda: self.state.closed, name="x", steps=[after(timedelta(0), self.waits_and_notes)]
                )
            case "timeout that waits":
                if not self.state.applied:
                    await self.until(
                        lambda: self.state.closed, timeout=timedelta(0), on_timeout=self.waits_and_notes
                    )
                await self.until(lambda: self.state.closed)
            case "far":
                never = datetime.max.replace(tzinfo=UTC)
                await self.until(lambda: self.state.closed, deadline=never, name=_LONG_NAME)
            case "farther":
                await self.until(lambda: self.state.closed, timeout=timedelta.max, name=_LONG_NAME)
            case "works on":
                self.beside = asyncio.create_task(self.works_on())
                await self.until(lambda: self.state.closed)
                raise ApplicationError("the books do not balance", type="Unbalanced")
            case "works beside":
                self.beside = asyncio.create_task(self.works_beside())
                await self.until(lambda: self.state.closed)
            case "waits twice":
                await self.until(lambda: True, timeout=_HOUR)
                met = await self.until(lambda: self.state.closed, timeout=_HOUR)
                self.state.applied.append("met" if met else "over")
            case "never ends":
                while not self.state.closed:
                    with suppress(asyncio.CancelledError):
                        await self.until(lambda: self.state.closed)
            case "in time":
                await self.until(lambda: self.state.closed, timeout=_HOUR)
                self.state.applied.append("went on")
                await self.until(lambda: self.state.balance > 0)
        return ledger_pb2.LedgerResult(balance=self.state.balance, applied=self.state.applied)

    async def until_closed_whatever_comes(self) -> None:
        try:
            await self.until(lambda: self.state.closed)
        except asyncio.CancelledError:
            await self.until(lambda: self.state.closed)

    async def waits_and_notes(self) -> None:
        self.state.applied.append("begin")
        await self.until(lambda: "go on" in self.state.applied, timeout=_HOUR)
        self.state.applied.append("end")

    async def works_on(self) -> None:
        await self.until(lambda: self.state.closed)
        await self.sleep(timedelta(milliseconds=100))
        await self.activities.charge(_request("late"))

    async def works_beside(self) -> None:
        while True:
            await self.sleep(timedelta(milliseconds=1))

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        await super().on_booked(fact, meta)
        if meta.idempotency_key == "ends":
            self.state.applied.append(f"{self.timer_ends(_LONG_NAME):%Y}")

    async def on_closed(self, fact: ledger_pb2.Closed, meta: EventMeta) -> None:
        self.state.closed = True
        if meta.idempotency_key == "closed and failed":
            raise ApplicationError("closed too early", type="Early")
