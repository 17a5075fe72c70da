"""Large payloads outside the history."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)

from process_runtime.converter import data_converter
from process_runtime.payloads import store as store_module
from process_runtime.payloads.errors import PayloadStoreError
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.payloads.store import FileStore, open_store
from process_runtime.workflow import ProcessStatus
from tests.runtime.payloads.vault import (
    PATIENCE,
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
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

on_server = pytest.mark.asyncio(loop_scope="session")

SECRET = "top-secret " * 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def outside(folder: Path, **fields: object) -> PayloadSettings:
    return settings(payload_store=f"file://{folder}", payload_offload_bytes=2000, **fields)


def objects(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_an_object_is_named_by_its_hash_and_written_once(folder: Path) -> None:
    converter = data_converter(outside(folder))
    first, second = await converter.encode([SECRET, SECRET])
    [path] = objects(folder)
    assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.name in first.data.decode()
    assert first.ByteSize() < 500
    assert await converter.decode([first, second], [str, str]) == [SECRET, SECRET]


async def test_what_is_stored_again_looks_new_so_that_it_is_not_removed_for_its_age(folder: Path) -> None:
    converter = data_converter(outside(folder))
    await converter.encode([SECRET])
    [path] = objects(folder)
    os.utime(path, (1, 1))
    await converter.encode([SECRET])
    assert path.stat().st_mtime > 1


async def test_what_is_small_stays_in_the_history(folder: Path) -> None:
    small = "x" * 1000
    assert await data_converter(outside(folder)).encode([small]) == await data_converter().encode([small])
    assert objects(folder) == []


async def test_without_a_size_nothing_is_stored_and_everything_read(folder: Path) -> None:
    encoded = await data_converter(outside(folder)).encode([SECRET])
    reader = data_converter(settings(payload_store=f"file://{folder}"))
    assert await reader.decode(encoded, [str]) == [SECRET]
    assert await reader.encode([SECRET]) == await data_converter().encode([SECRET])


async def test_payloads_are_encrypted_before_they_are_stored(folder: Path, tmp_path: Path) -> None:
    keys = write_keys(tmp_path / "keys.json", "a", a=new_key())
    converter = data_converter(outside(folder, payload_keys_file=keys))
    encoded = await converter.encode([SECRET])
    [path] = objects(folder)
    assert b"binary/encrypted" in path.read_bytes()
    assert b"top-secret" not in path.read_bytes()
    assert await converter.decode(encoded, [str]) == [SECRET]


async def test_an_altered_or_missing_object_is_an_error_that_says_so(folder: Path) -> None:
    converter = data_converter(outside(folder))
    encoded = await converter.encode([SECRET])
    [path] = objects(folder)
    path.write_bytes(path.read_bytes().replace(b"top", b"pot"))
    with pytest.raises(PayloadStoreError, match=f"{path.name} of PAYLOAD_STORE was altered"):
        await converter.decode(encoded)
    path.unlink()
    with pytest.raises(PayloadStoreError, match=f"has no payload {path.name}"):
        await converter.decode(encoded)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63 + "/", "A" * 64])
async def test_a_reference_cannot_name_another_file(folder: Path, digest: str) -> None:
    store = FileStore(folder)
    with pytest.raises(PayloadStoreError, match="names no SHA-256"):
        await store.retrieve(StorageDriverRetrieveContext(), [StorageDriverClaim({"sha256": digest})])


def test_a_folder_that_cannot_be_written_is_an_error_of_its_own(folder: Path) -> None:
    store = FileStore(folder)
    folder.rmdir()
    folder.write_text("no folder")
    with pytest.raises(PayloadStoreError, match="cannot be written"):
        asyncio.run(store.store(StorageDriverStoreContext(), [Payload(data=b"x")]))


class MemoryStore(StorageDriver):
    def __init__(self, url: str) -> None:
        self.url = url
        self.kept: list[Payload] = []

    def name(self) -> str:
        return "memory"

    async def store(
        self, context: StorageDriverStoreContext, payloads: Sequence[Payload]
    ) -> list[StorageDriverClaim]:
        self.kept += payloads
        return [StorageDriverClaim({"at": str(len(self.kept) - 1)}) for _ in payloads]

    async def retrieve(
        self, context: StorageDriverRetrieveContext, claims: Sequence[StorageDriverClaim]
    ) -> list[Payload]:
        return [self.kept[int(claim.claim_data["at"])] for claim in claims]


async def test_another_store_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("memory", f"{__name__}:MemoryStore", store_module.ENTRY_POINTS)
    monkeypatch.setattr(store_module, "entry_points", lambda group: [point] if group == point.group else [])
    store = open_store("memory://bucket/prefix")
    assert type(store).__name__ == "MemoryStore"
    assert store.url == "memory://bucket/prefix"  # type: ignore[attr-defined]
    converter = data_converter(settings(payload_store="memory://x", payload_offload_bytes=2000))
    assert await converter.decode(await converter.encode([SECRET]), [str]) == [SECRET]


@on_server
async def test_signals_updates_activities_and_state_live_outside_the_history_across_continue_as_new(
    vault: Vault, folder: Path
) -> None:
    payloads = outside(folder)
    large = [f"{number:02} {SECRET}" for number in range(18)]
    async with vault.worker(payloads):
        handle = await vault.start(payloads, memo={"note": SECRET})
        for key in large:
            await book(handle, key)
        await charge(handle, f"charge {SECRET}")
        await handle.execute_update(TRANSFER, events.transfer(f"update {SECRET}", 1))

        async def has_continued() -> bool:
            return len(await vault.runs(handle)) > 1

        for number in range(20):
            await book(handle, f"small {number}")
        await eventually(has_continued)
        state = await handle.query("state", result_type=ledger_pb2.LedgerState)
        assert state.applied[: len(large)] == large
        await close(handle)
        assert len((await handle.result()).applied) == 18 + 2 + 1 + 20
    assert b"top-secret" not in await vault.raw_history(handle)
    assert len(objects(folder)) > 20
    await replay(handle, payloads)


@on_server
async def test_a_state_too_large_to_continue_as_new_does_so_once_it_may_be_kept_outside(
    vault: Vault, folder: Path
) -> None:
    """The moment in which it was too much is replayed by the worker for which it is not."""
    cramped = settings()
    roomy = settings(payload_store=f"file://{folder}", payload_offload_bytes=500_000)

    async def is_stuck() -> bool:
        status: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
        return status.too_large_to_continue > 2_000_000

    async def has_continued() -> bool:
        return len(await vault.runs(handle)) > 1

    handle = await vault.start(cramped)
    async with vault.worker(cramped, cached=10):
        for letter in "abcdef":
            await book(handle, letter * 400_000)
        for number in range(40):
            await book(handle, f"small {number}")
        await eventually(is_stuck)
    first_run = (await handle.describe()).run_id
    # Its cache is empty: it begins with a replay.
    async with vault.worker(roomy, cached=10):
        for number in range(60):
            await book(handle, f"more {number}")
        await eventually(has_continued)
        roomy_handle = vault.handle(handle, roomy)
        await close(roomy_handle)
        applied = (await roomy_handle.result()).applied
    assert [key[:1] for key in applied[:6]] == list("abcdef")
    assert len(applied) == 6 + 40 + 60
    await replay(
        vault.client(roomy).get_workflow_handle_for(LedgerWorkflow.run, handle.id, run_id=first_run), roomy
    )


@on_server
async def test_a_missing_object_fails_the_task_alone_until_it_is_back(vault: Vault, folder: Path) -> None:
    payloads = outside(folder)
    handle = await vault.start(payloads)
    await book(handle, SECRET)
    [path] = objects(folder)
    away = path.rename(folder.parent / "away")

    async def has_failed() -> bool:
        return any(f"no payload {path.name}" in text for text in await vault.task_failures(handle))

    async with vault.worker(payloads):
        await eventually(has_failed)
        away.rename(path)
        await close(handle)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            assert list((await handle.result()).applied) == [SECRET]
