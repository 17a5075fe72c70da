"""Ledgers that wait as their course says, in JSON, and note what happens in the state."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from tests.runtime.workflow.ledger.workflow_impl import Ledger

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import EventMeta, Step, after, before_end
    from tests.runtime.workflow.ledger import ledger_pb2

_NAME = "approval"


class Waiting(Ledger):
    """Waits once; times are in seconds. A booking whose key begins with `reset` resets the wait."""

    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        spec: dict[str, Any] = json.loads(start.course)
        name = spec.get("name", "")
        steps: list[Step] = [
            *(after(timedelta(seconds=at), self.noting(f"after {at}")) for at in spec.get("after", ())),
            *(
                before_end(timedelta(seconds=at), self.noting(f"before_end {at}"))
                for at in spec.get("before_end", ())
            ),
            *(after(timedelta(seconds=at), self.charging(f"step {at}")) for at in spec.get("charge", ())),
        ]
        met = await self.until(
            lambda: self.state.closed,
            timeout=timedelta(seconds=spec["timeout"]) if "timeout" in spec else None,
            deadline=datetime.fromisoformat(spec["deadline"]) if "deadline" in spec else None,
            on_timeout=self.noting("timeout"),
            steps=steps,
            name=name,
        )
        self.state.applied.append("met" if met else "over")
        self.state.closed = True
        return ledger_pb2.LedgerResult(balance=self.state.balance, applied=self.state.applied)

    def noting(self, text: str) -> Callable[[], Awaitable[None]]:
        async def note() -> None:
            self.state.applied.append(text)

        return note

    def charging(self, reference: str) -> Callable[[], Awaitable[None]]:
        async def charge() -> None:
            self.state.applied.append(f"begin {reference}")
            await self.activities.charge(ledger_pb2.ChargeRequest(reference=reference))
            self.state.applied.append(f"end {reference}")

        return charge

    async def on_booked(self, fact: ledger_pb2.Booked, meta: EventMeta) -> None:
        key = meta.idempotency_key
        if key.startswith("reset"):
            timeout = timedelta(seconds=fact.amount) if fact.amount > 1 else None
            known = self.reset_timer(_NAME, timeout=timeout)
            self.state.applied.append(f"{key} {known}")
        elif key.startswith("ends"):
            self.state.applied.append(str(self.timer_ends(_NAME)))
        elif key.startswith("same name"):
            await self.until(lambda: False, name=_NAME)
        else:
            await super().on_booked(fact, meta)
