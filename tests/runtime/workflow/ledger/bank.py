"""Activities with effects one can count."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.exceptions import ApplicationError

from process_runtime.activities import idempotency_key
from tests.runtime.workflow.ledger import ledger_pb2


class MemoryBank:
    """Records calls; fails, blocks or does not answer where a test says so."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.keys: list[str] = []
        self.ended: list[tuple[str, int]] = []
        """What was called and, at its end, how many calls had been made."""
        self.refused: tuple[str, ...] = ()
        self.flaky: tuple[str, ...] = ()
        self.silent: tuple[str, ...] = ()
        self.hold: asyncio.Event | None = None
        self.entered = asyncio.Event()

    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await self._call("charge", request)

    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await self._call("refund", request)

    async def _call(self, name: str, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        call = f"{name} {request.reference}"
        self.calls.append(call)
        self.keys.append(idempotency_key())
        self.entered.set()
        if self.hold is not None:
            await self.hold.wait()
        if call in self.refused:
            raise ApplicationError("refused by the bank", type="Refused", non_retryable=True)
        if call in self.flaky:
            raise ConnectionError("the bank is away")
        if call in self.silent:
            await asyncio.Event().wait()
        self.ended.append((call, len(self.calls)))
        return ledger_pb2.ChargeResponse(receipt=call)


class FileBank:
    """Keeps effects in files, which outlive a killed worker.

    After the first effect of one reference it waits for a file named `release` before it reports.
    """

    def __init__(self, folder: Path, hang_on: str) -> None:
        self._folder = folder
        self._hang_on = hang_on

    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await self._once(request.reference)

    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await self._once(f"refund-{request.reference}")

    async def _once(self, reference: str) -> ledger_pb2.ChargeResponse:
        key = hashlib.sha256(idempotency_key().encode()).hexdigest()
        with (self._folder / "attempts").open("a") as attempts:
            attempts.write(f"{reference}\n")
        effect = self._folder / f"effect-{key}"
        if not effect.exists():
            effect.write_text(reference)
            if reference == self._hang_on:
                while not (self._folder / "release").exists():  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.02)
        return ledger_pb2.ChargeResponse(receipt=key)


@asynccontextmanager
async def open_file_bank() -> AsyncIterator[FileBank]:
    yield FileBank(Path(os.environ["BANK_FOLDER"]), os.environ.get("BANK_HANGS_ON", ""))
