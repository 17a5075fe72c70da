"""What Temporal gets to see of encrypted executions, on a real server."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.query.v1 import WorkflowQuery
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    QueryWorkflowRequest,
)
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError

from process_runtime.payloads.settings import PayloadSettings
from tests.runtime.payloads.vault import (
    PATIENCE,
    Handle,
    Vault,
    book,
    charge,
    close,
    eventually,
    new_key,
    replay,
    settings,
    write_keys,
)
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.contract import TRANSFER

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = b"top-secret"
PLAIN = settings()


@pytest.fixture
def sealed(tmp_path: Path) -> PayloadSettings:
    return settings(payload_keys_file=write_keys(tmp_path / "keys.json", "k1", k1=new_key()))


class Told:
    """One execution of each sort, with a secret in everything that a payload or a failure can hold."""

    def __init__(self, vault: Vault, payloads: PayloadSettings) -> None:
        self.vault, self.payloads = vault, payloads
        self.seen: list[bytes] = []

    async def tell(self) -> bytes:
        """All that Temporal kept, and what passed through it."""
        async with self.vault.worker(self.payloads):
            for course in (self.completed, self.failed, self.activity_failed):
                handle = await course()
                self.seen.append(await self.vault.raw_history(handle))
                self.seen.append(await self._description(handle))
                await replay(handle, self.payloads)
        return b"".join(self.seen)

    async def completed(self) -> Handle:
        handle = await self.vault.start(
            self.payloads, memo={"note": "top-secret memo"}, static_summary="top-secret summary"
        )
        await book(handle, "top-secret event", amount=5)
        await charge(handle, "top-secret charge")
        reply = await handle.execute_update(
            TRANSFER, events.transfer("top-secret transfer", 2), result_type=ledger_pb2.TransferReply
        )
        assert reply.balance == 4
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update(TRANSFER, events.transfer("top-secret refusal", 99))
        assert isinstance(caught.value.cause, ApplicationError)
        assert (caught.value.cause.message, caught.value.cause.type) == ("not enough money", "Overdrawn")
        state = await handle.query("state", result_type=ledger_pb2.LedgerState)
        assert state.balance == 4
        self.seen.append(await self._query(handle))
        await close(handle)
        assert "top-secret event" in (await handle.result()).applied
        description = await handle.describe()
        assert await description.memo() == {"note": "top-secret memo"}
        assert await description.static_summary() == "top-secret summary"
        return handle

    async def failed(self) -> Handle:
        handle = await self.vault.start(self.payloads, "fails-when-closed")
        await close(handle)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.message == "the books do not balance"
        return handle

    async def activity_failed(self) -> Handle:
        self.vault.bank.refused = ("charge top-secret refused",)
        handle = await self.vault.start(self.payloads)
        await charge(handle, "top-secret refused")
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
        assert isinstance(caught.value.cause, ActivityError)
        assert "refused by the bank" in str(caught.value.cause.cause)
        return handle

    async def _description(self, handle: Handle) -> bytes:
        server = self.vault.server
        execution = WorkflowExecution(workflow_id=handle.id)
        described = await server.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=server.namespace, execution=execution)
        )
        return described.SerializeToString()

    async def _query(self, handle: Handle) -> bytes:
        server = self.vault.server
        answer = await server.workflow_service.query_workflow(
            QueryWorkflowRequest(
                namespace=server.namespace,
                execution=WorkflowExecution(workflow_id=handle.id),
                query=WorkflowQuery(query_type="state"),
            )
        )
        assert answer.query_result.payloads
        return answer.SerializeToString()


SAID = (SECRET, b"not enough money", b"do not balance", b"refused by the bank", b"workflow_impl.py")


async def test_temporal_sees_no_value_message_or_stack_trace_of_an_encrypted_execution(
    vault: Vault, sealed: PayloadSettings
) -> None:
    told = await Told(vault, sealed).tell()
    assert [text for text in SAID if text in told] == []
    assert told.count(b"binary/encrypted") > 20


async def test_without_keys_temporal_sees_all_of_it(vault: Vault) -> None:
    """Or else the test above would show nothing."""
    told = await Told(vault, PLAIN).tell()
    assert [text for text in SAID if text not in told] == []
    assert b"binary/encrypted" not in told


async def test_encryption_can_be_switched_on_and_the_key_changed_while_an_execution_runs(
    vault: Vault, tmp_path: Path
) -> None:
    old, new = new_key(), new_key()
    first = settings(payload_keys_file=write_keys(tmp_path / "first.json", "old", old=old))
    second = settings(payload_keys_file=write_keys(tmp_path / "second.json", "new", old=old, new=new))
    handle = await vault.start(PLAIN)
    keys = ["plain", "old", "new"]
    for payloads, key in zip((PLAIN, first, second), keys, strict=True):
        async with vault.worker(payloads):
            sender = vault.handle(handle, payloads)
            await book(sender, key)
            await eventually(lambda: _has_applied(sender, key))  # noqa: B023 - awaited at once
    async with vault.worker(second):
        await close(sender)
        assert list((await sender.result()).applied) == keys
    await replay(sender, second)


async def _has_applied(handle: Handle, key: str) -> bool:
    state = await handle.query("state", result_type=ledger_pb2.LedgerState)
    return key in state.applied


def with_another_key(path: Path, _key: str) -> PayloadSettings:
    return settings(payload_keys_file=write_keys(path, "k1", k1=new_key()))


def without_keys(_path: Path, _key: str) -> PayloadSettings:
    return PLAIN


CASES: list[tuple[Callable[[Path, str], PayloadSettings], str]] = [
    (with_another_key, "does not open with the key 'k1'"),
    (without_keys, "PAYLOAD_KEYS_FILE is not set here"),
]


@pytest.mark.parametrize(("misconfigured", "text"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_a_worker_without_the_key_fails_the_task_alone_and_one_with_it_goes_on(
    vault: Vault, tmp_path: Path, misconfigured: Callable[[Path, str], PayloadSettings], text: str
) -> None:
    key = new_key()
    right = settings(payload_keys_file=write_keys(tmp_path / "right.json", "k1", k1=key))
    wrong = misconfigured(tmp_path / "wrong.json", key)
    # Started in plain: it is an event that the worker cannot read, which must not be set aside for it.
    handle = vault.handle(await vault.start(PLAIN), right)
    await book(handle, "top-secret")

    async def has_failed() -> bool:
        # Read with the right key, by people: what the wrong worker says is for them.
        failures = await vault.task_failures(handle)
        assert all(text in failure for failure in failures)
        return bool(failures)

    async with vault.worker(wrong):
        await eventually(has_failed)
    async with vault.worker(right):
        await close(handle)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            assert list((await handle.result()).applied) == ["top-secret"]
