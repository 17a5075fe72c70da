"""The account's worker: a program of its own, to be killed. Its bank is a file, which outlives it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from process_runtime.activities import idempotency_key
from process_runtime.converter import data_converter
from process_runtime.worker import workflow_options
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow


class Bank:
    """Does each thing once for each idempotency key, and keeps what it did in a file."""

    def __init__(self, file: Path) -> None:
        self._effects = sqlite3.connect(file)

    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        if request.amount < 0:
            raise ApplicationError("an amount is above zero", type="Refused", non_retryable=True)
        return self._once("charge", request.reference)

    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return self._once("refund", request.reference)

    def _once(self, name: str, reference: str) -> ledger_pb2.ChargeResponse:
        with self._effects:
            self._effects.execute(
                "INSERT OR IGNORE INTO effects (key, name, reference) VALUES (?, ?, ?)",
                (idempotency_key(), name, reference),
            )
        return ledger_pb2.ChargeResponse(receipt=reference)


async def main(address: str, task_queue: str, bank: Path) -> None:
    """Wait on standard input for the order to begin, being warm by then; then work until killed."""
    client = await Client.connect(address, data_converter=data_converter())
    worker = Worker(
        client,
        task_queue=task_queue,
        workflows=[LedgerWorkflow],
        activities=activity_functions(Bank(bank)),
        **workflow_options([REGISTRATION]),
        # Tasks for a dead worker's cache go to the next one soon.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )
    await asyncio.to_thread(sys.stdin.readline)
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main(os.environ["ADDRESS"], os.environ["TASK_QUEUE"], Path(os.environ["BANK"])))
