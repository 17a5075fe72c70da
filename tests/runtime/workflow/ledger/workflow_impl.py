"""What a person would write: an account that books and charges amounts until it is closed.

``LedgerStart.course`` selects what is unusual about an execution.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from tests.runtime.workflow.ledger.workflow import LedgerProcess

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import ActivityOptions, DedupeLimits, EventMeta, Rejected, call_activity
    from tests.runtime.workflow.ledger import contract, ledger_pb2, switches

_MOST = 1_000_000
_LOCAL_CHARGE = ActivityOptions(
    name="ledger.Charge", start_to_close_timeout=timedelta(seconds=60), local=True
)


class Ledger(LedgerProcess):
    history_limit = 40
    dedupe_limits = DedupeLimits(count=5_000)

    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        self.phase = "OPEN"
        match start.course:
            case "times-out":
                if not await self.until(
                    lambda: self.state.closed, timeout=timedelta(seconds=1), on_timeout=self.give_up
                ):
                    self.phase = "TIMED_OUT"
            case "times-out-late":
                await self.until(lambda: self.state.closed, timeout=timedelta(hours=1))
            case "fails-when-closed":
                await self.until(lambda: self.state.closed)
                raise ApplicationError("the books do not balance", type="Unbalanced")
            case "undoes":
                await self.until(lambda: self.state.closed)
                await self.compensate()
            case "cleans-up":
                try:
                    await self.until(lambda: self.state.closed)
                except asyncio.CancelledError:
                    self.state.applied.append("cleaned up")
                    raise
            case "ignores-cancellation":
                try:
                    await self.until(lambda: self.state.closed)
                except asyncio.CancelledError:
                    self.phase = "CLOSING"
                    await self.until(lambda: self.state.closed)
            case _:
                await self.until(lambda: self.state.closed)
        return ledger_pb2.LedgerResult(balance=self.state.balance, applied=self.state.applied)

    async def give_up(self) -> None:
        self.state.applied.append("gave up")

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        if switches.handler_has_bug:
            raise KeyError("a bug")
        if fact.amount < 0:
            raise ApplicationError("below zero", type="Negative")
        if fact.amount > _MOST:
            raise Rejected("TooMuch", "nobody has so much")
        self.state.balance += fact.amount
        self.state.applied.append(meta.idempotency_key)

    async def on_charged(self, fact: ledger_pb2.Charged, meta: EventMeta) -> None:
        self.state.applied.append(f"begin {meta.idempotency_key}")
        await self.activities.charge(
            ledger_pb2.ChargeRequest(reference=meta.idempotency_key, amount=fact.amount)
        )
        self.state.balance += fact.amount
        self.state.applied.append(f"end {meta.idempotency_key}")

    async def on_closed(self, fact: ledger_pb2.Closed, meta: EventMeta) -> None:
        self.state.closed = True

    def validate_transfer(self, command: ledger_pb2.Transfer, meta: EventMeta) -> None:
        if command.amount <= 0:
            raise ApplicationError("a transfer is above zero", type="Invalid")
        if self.start.course == "checks-first" and command.amount > self.state.balance:
            raise Rejected("Overdrawn", "not enough money")

    async def on_transfer(self, command: ledger_pb2.Transfer, meta: EventMeta) -> ledger_pb2.TransferReply:
        if command.amount > self.state.balance:
            reply = ledger_pb2.TransferReply(balance=self.state.balance)
            raise Rejected("Overdrawn", "not enough money", reply, {"short": command.amount})
        self.state.balance -= command.amount
        self.state.applied.append(meta.idempotency_key)
        return ledger_pb2.TransferReply(balance=self.state.balance)


class LedgerOfRuns20(Ledger):
    history_limit = 20


class LedgerOfRuns27(Ledger):
    history_limit = 27


class LedgerWithLocalCharges(LedgerOfRuns20):
    """Charges within the workflow task."""

    async def on_charged(self, fact: ledger_pb2.Charged, meta: EventMeta) -> None:
        request = ledger_pb2.ChargeRequest(reference=meta.idempotency_key, amount=fact.amount)
        await call_activity(_LOCAL_CHARGE, request, ledger_pb2.ChargeResponse)
        self.state.applied.append(f"charge {meta.idempotency_key}")


class SummingLedger(Ledger):
    """Keeps nothing that grows with its events."""

    dedupe_limits = DedupeLimits(count=200)

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        self.state.balance += fact.amount


class AuditedLedger(Ledger):
    """Of a contract that has one more event."""

    contract = contract.AUDITED


# By course: how long a run may be is a matter of the class.
_CLASSES = {
    "limit 20": LedgerOfRuns20,
    "limit 27": LedgerOfRuns27,
    "local charges": LedgerWithLocalCharges,
    "sums": SummingLedger,
}


def ledger_for(start: ledger_pb2.LedgerStart) -> Ledger:
    if start.course.startswith("{"):
        return tests.runtime.workflow.ledger.waiting.Waiting()
    if start.course.startswith("awkward"):
        return tests.runtime.workflow.ledger.awkward.Awkward()
    if start.course.startswith("owing"):
        return tests.runtime.workflow.ledger.owing.Owing()
    if switches.knows_audits:
        return AuditedLedger()
    return _CLASSES.get(start.course, Ledger)()


# They extend the class above: by name, which the import cycle allows.
import tests.runtime.workflow.ledger.awkward  # noqa: E402
import tests.runtime.workflow.ledger.owing  # noqa: E402
import tests.runtime.workflow.ledger.waiting  # noqa: E402
