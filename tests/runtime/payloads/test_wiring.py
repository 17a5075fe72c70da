"""Whoever talks to Temporal does so with the same settings."""

import asyncio
from pathlib import Path

import pytest

from process_runtime.config import IngressSettings, RuntimeSettings, WorkerSettings, load_settings
from process_runtime.connection import TemporalConnection
from process_runtime.health import Health
from process_runtime.metrics import Metrics
from process_runtime.testing import replay
from tests.runtime.payloads.vault import PATIENCE, Vault, book, close, new_key, settings, write_keys
from tests.runtime.workflow.ledger.registration import REGISTRATION

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vault: Vault) -> Path:
    """A deployment that encrypts; returns its keys file."""
    keys = write_keys(tmp_path / "keys.json", "k1", k1=new_key())
    monkeypatch.setenv("TEMPORAL_ADDRESS", vault.server.service_client.config.target_host)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", vault.server.namespace)
    monkeypatch.setenv("PAYLOAD_ENCODING", "binary")
    monkeypatch.setenv("PAYLOAD_KEYS_FILE", str(keys))
    return keys


@pytest.mark.parametrize("settings_type", [WorkerSettings, IngressSettings])
@pytest.mark.usefixtures("environment")
async def test_worker_and_ingress_connect_with_the_payload_settings_of_the_environment(
    settings_type: type[RuntimeSettings],
) -> None:
    metrics = Metrics()
    connection = TemporalConnection(
        load_settings(settings_type), identity="test", health=Health(), metrics=metrics
    )
    running = asyncio.create_task(connection.run())
    async with asyncio.timeout(PATIENCE.total_seconds()):
        client = await connection.usable()
    [payload] = await client.data_converter.encode(["x"])
    running.cancel()
    metrics.close()
    assert payload.metadata["encryption-key-id"] == b"k1"


async def test_an_encrypted_history_replays_in_tests_with_the_keys(vault: Vault, environment: Path) -> None:
    payloads = settings(payload_keys_file=environment)
    async with vault.worker(payloads):
        handle = await vault.start(payloads)
        await book(handle, "a")
        await close(handle)
        await handle.result()
    await replay(REGISTRATION, await handle.fetch_history())
