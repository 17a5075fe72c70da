"""Leads a real account through a scenario, on a real server, and says where it differs from the model."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self, TypeVar

from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.client import ProcessClient
from process_runtime.testing import eventually
from process_runtime.workflow import ProcessStatus
from tests.model.reference import Account
from tests.model.scenario import Book, Charge, Event, Kill, Scenario, Transfer
from tests.runtime.workflow.ledger import contract, events, ledger_pb2
from tests.runtime.workflow.ledger.router import LedgerRouter
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

_T = TypeVar("_T")

_EFFECTS = "CREATE TABLE effects (key TEXT PRIMARY KEY, name TEXT, reference TEXT)"


class AccountClient(ProcessClient[ledger_pb2.LedgerEvent]):
    """Sends an account's events as a generated client does."""

    contract = contract.CONTRACT
    router = LedgerRouter()
    result_type = ledger_pb2.LedgerResult

    async def signal(self, event_type: str, envelope: ledger_pb2.LedgerEvent) -> None:
        await self._deliver(event_type, envelope)

    async def transfer(self, envelope: ledger_pb2.LedgerEvent) -> int:
        reply = await self._update(contract.TRANSFER, envelope, ledger_pb2.TransferReply)
        return reply.balance


class Workers:
    """One worker at a time, and a warm replacement for when it is killed."""

    def __init__(self, address: str, task_queue: str, folder: Path, name: str) -> None:
        self.bank = folder / f"{name}.sqlite"
        with sqlite3.connect(self.bank) as bank:
            bank.execute(_EFFECTS)
        self._log = (folder / f"{name}.log").open("a")
        self._settings = {"ADDRESS": address, "TASK_QUEUE": task_queue, "BANK": str(self.bank)}

    def __enter__(self) -> Self:
        self._spare = self._spawn()
        self._working = self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self._working, self._spare):
            process.kill()
            process.wait()
        self._log.close()

    def kill(self) -> None:
        """End the worker with SIGKILL and let the replacement begin."""
        self._working.kill()
        self._working.wait()
        self._working = self._begin()

    def effects(self, account: str) -> list[tuple[str, str]]:
        """What the bank did for an account, in order: what it did, and for which event."""
        with sqlite3.connect(self.bank) as bank:
            rows = bank.execute(
                "SELECT name, reference FROM effects WHERE reference LIKE ? ORDER BY rowid", (f"{account}/%",)
            )
            return [(name, reference.partition("/")[2]) for name, reference in rows]

    def _begin(self) -> subprocess.Popen[str]:
        worker, self._spare = self._spare, self._spawn()
        assert worker.stdin is not None
        worker.stdin.write("begin\n")
        worker.stdin.flush()
        return worker

    def _spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.model.worker"],
            env={**os.environ, **self._settings},
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            text=True,
        )


class Driver:
    """Runs scenarios, each on an account of its own."""

    def __init__(self, client: Client, task_queue: str, workers: Workers) -> None:
        self._client = client
        self._task_queue = task_queue
        self._workers = workers
        self._accounts = AccountClient(client, task_queue=task_queue)

    async def run(self, scenario: Scenario) -> None:
        """Lead an account through `scenario`.

        Raises:
            AssertionError: It became something else than the model did.
        """
        account, model = uuid.uuid4().hex, Account()
        handle = await self._client.start_workflow(
            LedgerWorkflow.run,
            ledger_pb2.LedgerStart(
                start_version=1, account_id=account, course=f"limit {scenario.history_limit}"
            ),
            id=AccountClient.router.workflow_id(_envelope(account, "", Book(0, 1))),
            task_queue=self._task_queue,
            id_reuse_policy=contract.CONTRACT.reuse_policy,
            task_timeout=timedelta(seconds=2),
            execution_timeout=timedelta(minutes=5),
        )
        # Without a run ID: it follows the execution through Continue-As-New.
        handle = self._client.get_workflow_handle_for(LedgerWorkflow.run, handle.id)
        replies: list[int | str] = []
        for step in scenario.steps:
            if isinstance(step, Kill):
                self._workers.kill()
                continue
            envelope = _envelope(account, model.key_of(step), step)
            if isinstance(step, Transfer):
                replies.append(await self._transfer(envelope))
            else:
                await self._accounts.signal(_TYPES[type(step)], envelope)
            model.send(step)
            if model.failed:
                break
        if scenario.cancelled and not model.failed:
            await handle.cancel()
        elif not model.failed:
            await self._accounts.signal(contract.CLOSED, _closed(account))

        ending = ""
        try:
            await handle.result()
        except WorkflowFailureError as failure:
            ending = type(failure.cause).__name__
        state = await _asked(lambda: handle.query(LedgerWorkflow.state))
        applied = [note.replace(f"{account}/", "") for note in state.applied]
        status = await _asked(lambda: handle.query("process_status", result_type=ProcessStatus))
        effects = self._workers.effects(account)
        charged = [event for name, event in effects if name == "charge"]
        refunded = [event for name, event in effects if name == "refund"]

        _same("replies", replies, model.replies)
        if scenario.cancelled and not model.failed:
            # How far it came before the cancellation is not the model's to say.
            _same("ending", ending, CancelledError.__name__)
            _same("handled", applied, model.applied[: len(applied)])
            _same("charged", charged, model.charges[: len(charged)])
            _same("refunded", refunded, charged[::-1])
            return
        _same("ending", ending, ActivityError.__name__ if model.failed else "")
        _same("handled", applied, model.applied)
        _same("balance", state.balance, model.balance)
        _same("charged", charged, model.charges)
        _same("refunded", refunded, charged[::-1] if model.failed else [])
        _same("applied", status.applied, model.counts["applied"] + (0 if model.failed else 1))
        _same("stale", status.stale, model.counts["stale"])
        # A transfer that comes again within one run is answered by the server itself.
        _same("duplicates", status.duplicates, min(status.duplicates, model.counts["duplicates"]))

    async def _transfer(self, envelope: ledger_pb2.LedgerEvent) -> int | str:
        try:
            return await self._accounts.transfer(envelope)
        except WorkflowUpdateFailedError as error:
            return error.cause.type or "" if isinstance(error.cause, ApplicationError) else repr(error.cause)


async def _asked(query: Callable[[], Awaitable[_T]]) -> _T:
    """The answer to a query, once there is a worker: one that was killed may have no successor yet."""
    answers: list[_T] = []

    async def is_answered() -> bool:
        try:
            answers.append(await query())
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
        return bool(answers)

    await eventually(is_answered)
    return answers[0]


def _same(what: str, real: object, model: object) -> None:
    if real != model:
        raise AssertionError(f"{what}: {real!r}, and in the model {model!r}")


async def run_scenarios(
    client: Client,
    todo: Sequence[Scenario],
    folder: Path,
    *,
    lanes: int,
    tell: Callable[[str], object] = lambda _: None,
    serving: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Run scenarios in several lanes, each with a worker of its own to kill.

    Args:
        client: Of the server.
        todo: The scenarios.
        folder: For banks and logs.
        lanes: How many scenarios run at a time.
        tell: Told how it goes.
        serving: Told each task queue.

    Returns:
        For each scenario that differs, the scenario and how.
    """
    differences: list[str] = []
    waiting = list(reversed(todo))

    async def lane(number: int) -> None:
        queue = f"model-{uuid.uuid4()}"
        serving(queue)
        with Workers(client.service_client.config.target_host, queue, folder, str(number)) as workers:
            driver = Driver(client, queue, workers)
            while waiting:
                scenario = waiting.pop()
                try:
                    await driver.run(scenario)
                except AssertionError as difference:
                    differences.append(f"{scenario.to_json()}\n  {difference}")
                    tell(differences[-1])
                if (done := len(todo) - len(waiting)) % 25 == 0:
                    tell(f"{done} scenarios begun")

    await asyncio.gather(*map(lane, range(lanes)))
    return differences


_TYPES = {Book: contract.BOOKED, Charge: contract.CHARGED}


def _envelope(account: str, key: str, event: Event) -> ledger_pb2.LedgerEvent:
    full_key = f"{account}/{key}"
    match event:
        case Book():
            envelope = events.booked(full_key, event.amount, event.version)
        case Charge():
            envelope = events.charged(full_key, event.amount)
        case Transfer():
            envelope = events.transfer(full_key, event.amount)
    envelope.meta.account_id = account
    return envelope


def _closed(account: str) -> ledger_pb2.LedgerEvent:
    envelope = events.closed(f"{account}/close")
    envelope.meta.account_id = account
    return envelope
