"""The codec server, asked by the real Temporal command line and as a browser asks."""

import asyncio
import base64
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import DataConverter

from process_runtime.config import ListenAddress
from process_runtime.converter import data_converter
from process_runtime.health import HttpServer
from process_runtime.payloads.codec_server import codec_app
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.testing.servers import temporal_cli
from processctl.codec_server import run
from processctl.errors import ProjectError
from tests.runtime.payloads.vault import PATIENCE, Vault, book, close, new_key, settings, write_keys

ORIGIN = "https://temporal.example.com"
TOKEN = "a-token-of-some-length"
SECRET = "top-secret"


@pytest.fixture
def payloads(tmp_path: Path) -> PayloadSettings:
    (tmp_path / "store").mkdir()
    return settings(
        payload_keys_file=write_keys(tmp_path / "keys.json", "k1", k1=new_key()),
        payload_store=f"file://{tmp_path}/store",
        payload_offload_bytes=2000,
    )


@asynccontextmanager
async def served(converter: DataConverter, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    app = codec_app(converter, origins=[ORIGIN], token=token)
    async with (
        HttpServer(app, ListenAddress("127.0.0.1", 0)) as server,
        httpx.AsyncClient(base_url=server.url, timeout=60) as client,
    ):
        yield client


def body(*payloads: Payload) -> str:
    return json_format.MessageToJson(Payloads(payloads=payloads))


def answered(response: httpx.Response) -> list[Payload]:
    assert response.status_code == 200, response.text
    return list(json_format.Parse(response.text, Payloads()).payloads)


@pytest.mark.parametrize("prefix", ["", "/default"])
async def test_it_decodes_what_it_encoded_and_what_workers_did(
    payloads: PayloadSettings, prefix: str
) -> None:
    converter = data_converter(payloads)
    plain = data_converter().payload_converter.to_payloads([SECRET, SECRET * 500])
    async with served(converter) as client:
        headers = {"X-Namespace": "default"}
        encoded = answered(await client.post(f"{prefix}/encode", content=body(*plain), headers=headers))
        assert SECRET not in str(encoded)
        by_worker = await converter.encode([SECRET])
        decoded = answered(
            await client.post(f"{prefix}/decode", content=body(*encoded, *by_worker), headers=headers)
        )
    assert decoded == [*plain, plain[0]]


async def test_a_payload_that_cannot_be_decoded_does_not_hide_the_others(
    payloads: PayloadSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    converter = data_converter(payloads)
    other = settings(payload_keys_file=write_keys(tmp_path / "other.json", "k2", k2=new_key()))
    [foreign] = await data_converter(other).encode([SECRET])
    [missing, readable] = [*await converter.encode([SECRET * 500]), *await converter.encode([SECRET])]
    for path in (tmp_path / "store").rglob("??*"):
        if path.is_file():
            path.unlink()
    async with served(converter) as client:
        decoded = answered(await client.post("/decode", content=body(foreign, missing, readable)))
    assert decoded[:2] == [foreign, missing]
    assert json.loads(decoded[2].data) == SECRET
    assert "no key 'k2'" in caplog.text
    assert "has no payload" in caplog.text


async def test_a_browser_of_the_configured_origin_may_ask_and_no_other(payloads: PayloadSettings) -> None:
    async with served(data_converter(payloads)) as client:
        preflight = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-namespace,authorization",
        }
        allowed = await client.options("/decode", headers={"Origin": ORIGIN, **preflight})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == ORIGIN
        assert allowed.headers["access-control-allow-credentials"] == "true"
        assert "X-Namespace" in allowed.headers["access-control-allow-headers"]
        refused = await client.options("/decode", headers={"Origin": "https://evil.example", **preflight})
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers
        post = await client.post("/decode", content=body(), headers={"Origin": ORIGIN})
        assert post.headers["access-control-allow-origin"] == ORIGIN


async def test_with_a_token_nobody_else_is_answered(payloads: PayloadSettings) -> None:
    async with served(data_converter(payloads), token=TOKEN) as client:
        for authorization in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
            response = await client.post(
                "/decode", content=body(), headers={"Authorization": authorization} if authorization else {}
            )
            assert response.status_code == 401
        right = await client.post("/decode", content=body(), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answered(right) == []
        # A browser asks before it sends the token.
        preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
        assert (await client.options("/decode", headers=preflight)).status_code == 200


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"payloads": 1}', "\xff"])
async def test_what_is_no_payloads_is_a_bad_request(payloads: PayloadSettings, content: str) -> None:
    async with served(data_converter(payloads)) as client:
        response = await client.post("/decode", content=content.encode("latin-1"))
        assert response.status_code == 400
        assert (await client.get("/decode")).status_code == 405


@asynccontextmanager
async def codec_server_program(*options: str) -> AsyncIterator[str]:
    """`processctl codec-server`, as a program; yields its URL."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "processctl", "codec-server", "--port", "0", *options),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert program.stdout is not None
        async with asyncio.timeout(PATIENCE.total_seconds()):
            line = (await program.stdout.readline()).decode()
        assert line.startswith("codec server on "), line
        yield line.split()[-1]
    finally:
        if program.returncode is None:
            program.terminate()
        async with asyncio.timeout(PATIENCE.total_seconds()):
            assert await program.wait() == 0


def keys_in(history: str) -> set[str]:
    """Idempotency keys of the signals in a history as the command line prints it."""
    signals = (
        event["workflowExecutionSignaledEventAttributes"]["input"]["payloads"][0]
        for event in json.loads(history)["events"]
        if "workflowExecutionSignaledEventAttributes" in event
    )
    plain = (
        json.loads(base64.b64decode(payload["data"]))
        for payload in signals
        if base64.b64decode(payload["metadata"]["encoding"]) == b"json/protobuf"
    )
    return {event["meta"]["idempotencyKey"] for event in plain if "meta" in event}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_temporal_command_line_shows_a_history_through_it(
    vault: Vault, payloads: PayloadSettings, tmp_path: Path
) -> None:
    large = SECRET * 500
    async with vault.worker(payloads):
        handle = await vault.start(payloads)
        await book(handle, SECRET)
        await book(handle, large)
        await close(handle)
        await handle.result()
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    options = ("--keys-file", str(payloads.payload_keys_file), "--store", payloads.payload_store)

    async def shown(*flags: str) -> str:
        command = (
            *(str(temporal_cli()), "workflow", "show", "--workflow-id", handle.id, "--output", "json"),
            *("--address", vault.server.service_client.config.target_host),
            *("--namespace", vault.server.namespace, *flags),
        )
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        return done.stdout

    async with codec_server_program(*options, "--token-file", str(tmp_path / "token")) as url:
        text = await shown("--codec-endpoint", url, "--codec-auth", f"Bearer {TOKEN}")
    assert {SECRET, large} <= keys_in(text)
    assert keys_in(await shown()) == set()


USUAL: dict[str, Any] = {
    "keys_file": None,
    "store": None,
    "origins": [],
    "token_file": None,
    "no_auth": False,
}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "give --token-file"),
        ({"no_auth": True, "origins": ["*"]}, "--origin: name the Temporal UI's own"),
        ({"no_auth": True, "keys_file": Path("/no/such/file")}, "--keys-file: cannot be read"),
        ({"no_auth": True, "store": "file:///no/such/folder"}, "--store: is not the absolute path"),
        ({"token_file": Path("/no/such/file")}, "--token-file: cannot be read"),
    ],
)
def test_options_that_cannot_work_are_one_message(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ProjectError, match=re.escape(problem)):
        run(ListenAddress("127.0.0.1", 0), **{**USUAL, **options})


def test_a_setting_that_cannot_work_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLOAD_ENCODING", "xml")
    with pytest.raises(ProjectError, match=r"^PAYLOAD_ENCODING: "):
        run(ListenAddress("127.0.0.1", 0), **{**USUAL, "no_auth": True})
