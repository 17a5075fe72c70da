"""A value too large for the history is a clear failure, wherever it comes from."""

import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError, WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError

from process_runtime.config import ConfigError, WorkerSettings, load_settings
from process_runtime.converter import data_converter
from process_runtime.payloads.errors import PayloadTooLarge
from tests.runtime.payloads.vault import Vault, book, charge, close, replay, settings
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.contract import TRANSFER

PLAIN = settings()
TIGHT = settings(payload_max_bytes=20_000)
LARGE_KEY = "k" * 21_000

on_server = pytest.mark.asyncio(loop_scope="session")


def state(size: int) -> ledger_pb2.LedgerState:
    return ledger_pb2.LedgerState(applied=["x" * size])


@pytest.mark.parametrize("encoding", ["json", "binary"])
def test_the_error_names_message_size_limit_and_remedy_and_quotes_nothing(encoding: str) -> None:
    converter = data_converter(
        settings(payload_encoding=encoding, payload_max_bytes=20_000)
    ).payload_converter
    with pytest.raises(PayloadTooLarge) as caught:
        converter.to_payloads([state(15_000), state(21_000)])
    message = caught.value.message
    assert re.match(r"runtime_tests\.ledger\.v1\.LedgerState has 21,\d\d\d bytes, 36,\d\d\d with ", message)
    assert "PAYLOAD_MAX_BYTES allows 20,000" in message
    assert "PAYLOAD_OFFLOAD_BYTES" in message
    assert "xx" not in message
    assert caught.value.non_retryable


def test_the_default_limit_is_below_that_of_temporal_with_room_for_encryption() -> None:
    converter = data_converter().payload_converter
    [payload] = converter.to_payloads([b"x" * 1_999_000])
    assert payload.ByteSize() <= 2_000_000 < 2 * 1024 * 1024
    with pytest.raises(PayloadTooLarge, match=r"bytes has 2,000,030 bytes, and PAYLOAD_MAX_BYTES"):
        converter.to_payloads([b"x" * 2_000_000])


def test_what_is_kept_outside_the_history_does_not_count(tmp_path: Path) -> None:
    outside = settings(
        payload_max_bytes=20_000, payload_offload_bytes=10_000, payload_store=f"file://{tmp_path}"
    )
    converter = data_converter(outside).payload_converter
    assert len(converter.to_payloads([state(1_000_000), state(9_000)])) == 2
    with pytest.raises(PayloadTooLarge):
        converter.to_payloads([state(9_000), state(9_000), state(9_000)])


def test_a_payload_that_is_sent_as_it_is_counts_as_well() -> None:
    [payload] = data_converter().payload_converter.to_payloads([state(21_000)])
    with pytest.raises(PayloadTooLarge, match="LedgerState"):
        data_converter(TIGHT).payload_converter.to_payloads([RawValue(payload)])


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"PAYLOAD_OFFLOAD_BYTES": "5000"}, "PAYLOAD_OFFLOAD_BYTES: set PAYLOAD_STORE as well"),
        (
            {"PAYLOAD_OFFLOAD_BYTES": "5000", "PAYLOAD_STORE": "file:///", "PAYLOAD_MAX_BYTES": "4000"},
            "PAYLOAD_OFFLOAD_BYTES: is above PAYLOAD_MAX_BYTES",
        ),
        ({"PAYLOAD_MAX_BYTES": "12"}, "PAYLOAD_MAX_BYTES: "),
        ({"PAYLOAD_ENCODING": "xml"}, "PAYLOAD_ENCODING: "),
        ({"PAYLOAD_STORE": "s3://bucket"}, "no store of that scheme is installed (installed: file://)"),
        ({"PAYLOAD_STORE": "file:///no/such/folder"}, "PAYLOAD_STORE: is not the absolute path of a folder"),
        ({"PAYLOAD_KEYS_FILE": "/no/such/file"}, "PAYLOAD_KEYS_FILE: cannot be read"),
    ],
)
def test_settings_that_cannot_work_are_found_at_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], problem: str
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(WorkerSettings)
    assert problem in str(caught.value)


@on_server
async def test_a_client_cannot_send_what_is_too_large(vault: Vault) -> None:
    handle = await vault.start(TIGHT)
    with pytest.raises(PayloadTooLarge, match=r"LedgerEvent has 21,\d+ bytes"):
        await book(handle, LARGE_KEY)
    with pytest.raises(PayloadTooLarge):
        await handle.execute_update(TRANSFER, events.transfer(LARGE_KEY, 1))
    await handle.terminate()


@on_server
async def test_an_activity_with_too_large_a_request_fails_before_it_runs_and_replays_under_any_limit(
    vault: Vault,
) -> None:
    async with vault.worker(TIGHT):
        handle = await vault.start(PLAIN)
        await charge(handle, LARGE_KEY)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, ActivityError)
    said = caught.value.cause.cause
    assert isinstance(said, ApplicationError)
    refusal = said.__cause__
    assert isinstance(refusal, ApplicationError)
    assert refusal.type == "PayloadTooLarge"
    assert "ChargeRequest has 21," in refusal.message
    assert vault.bank.calls == []
    for payloads in (TIGHT, PLAIN):
        await replay(handle, payloads)


class WordyBank(MemoryBank):
    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        await super().charge(request)
        return ledger_pb2.ChargeResponse(receipt="x" * 21_000)


@on_server
async def test_an_activity_with_too_large_a_response_fails_at_once(vault: Vault) -> None:
    vault.bank = WordyBank()
    async with vault.worker(TIGHT):
        handle = await vault.start(PLAIN)
        await charge(handle, "small")
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, ActivityError)
    refusal = caught.value.cause.cause
    assert isinstance(refusal, ApplicationError)
    assert (refusal.type, refusal.non_retryable) == ("PayloadTooLarge", True)
    assert len(vault.bank.calls) == 1


@on_server
async def test_results_replies_and_answers_that_are_too_large_fail_clearly(vault: Vault) -> None:
    async with vault.worker(TIGHT):
        handle = await vault.start(PLAIN)
        await book(handle, "small")
        assert (await handle.query("state", result_type=ledger_pb2.LedgerState)).balance == 1
        await book(handle, LARGE_KEY)
        with pytest.raises(WorkflowQueryFailedError, match="LedgerState has 21,"):
            await handle.query("state")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(TRANSFER, events.transfer("too much", 99))
        assert isinstance(refused.value.cause, ApplicationError)
        await close(handle)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "PayloadTooLarge"
    assert "LedgerResult has 21," in caught.value.cause.message
