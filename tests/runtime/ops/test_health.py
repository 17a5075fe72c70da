"""Liveness, readiness and the server that tells of them."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpx
import pytest

from process_runtime.config import ConfigError, ListenAddress
from process_runtime.health import Condition, Health, HttpServer, create_app
from process_runtime.metrics import Metrics

ANY_PORT = ListenAddress("127.0.0.1", 0)


async def get(health: Health, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(health, Metrics()))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers=headers)


@pytest.mark.requirement("R116")
async def test_alive_means_up_whatever_is_not_ready() -> None:
    health = Health()
    health.condition("TemporalReady").not_ready("Unreachable", "away")
    assert (await get(health, "/healthz")).status_code == 200


@pytest.mark.requirement("R117")
async def test_ready_means_every_condition_holds_now() -> None:
    health = Health()
    assert (await get(health, "/readyz")).status_code == 503
    first, second = health.condition("TemporalReady"), health.condition("WorkerReady")
    first.ready()
    assert (await get(health, "/readyz")).status_code == 503
    second.ready()
    answer = await get(health, "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    first.not_ready("Unreachable", "127.0.0.1:7233: connection refused")
    answer = await get(health, "/readyz")
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "ready": False,
        "conditions": [
            {
                "type": "TemporalReady",
                "status": "False",
                "reason": "Unreachable",
                "message": "127.0.0.1:7233: connection refused",
            },
            {"type": "WorkerReady", "status": "True", "reason": "Ok", "message": ""},
        ],
    }


async def test_one_name_is_one_condition() -> None:
    health = Health()
    health.condition("A").ready()
    assert health.condition("A").is_ready


async def test_who_waits_for_a_condition_is_woken_when_it_holds_and_not_before() -> None:
    condition = Condition("A")
    waiters = [asyncio.create_task(condition.wait_ready()) for _ in range(3)]
    condition.not_ready("Still", "not")
    await asyncio.sleep(0)
    assert not any(waiter.done() for waiter in waiters)
    condition.ready()
    await asyncio.wait_for(asyncio.gather(*waiters), 5)
    await asyncio.wait_for(condition.wait_ready(), 5)


async def test_the_server_listens_while_open_and_leaves_nothing_behind() -> None:
    app = create_app(Health(), Metrics())
    async with HttpServer(app, ANY_PORT) as server, httpx.AsyncClient() as client:
        assert (await client.get(f"{server.url}/healthz")).text == "ok\n"
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{server.url}/healthz")


async def test_an_ipv6_address_is_written_as_a_url() -> None:
    server = HttpServer(create_app(Health(), Metrics()), ListenAddress("::1", 0))
    async with server, httpx.AsyncClient() as client:
        assert server.url.startswith("http://[::1]:")
        assert (await client.get(f"{server.url}/healthz")).status_code == 200


@pytest.mark.requirement("R118")
def test_a_port_that_cannot_be_had_is_a_configuration_error() -> None:
    app = create_app(Health(), Metrics())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"PORT_HTTP: 127.0.0.1:{port}: another program"):
            HttpServer(app, ListenAddress("127.0.0.1", port))
    with pytest.raises(ConfigError, match=r"PORT_HTTP: nowhere\.invalid:1: cannot listen"):
        HttpServer(app, ListenAddress("nowhere.invalid", 1))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [("", "text/plain"), ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text")],
)
async def test_metrics_come_in_the_format_that_is_asked_for(accept: str, content_type: str) -> None:
    answer = await get(Health(), "/metrics", accept=accept)
    assert answer.headers["content-type"].startswith(content_type)
    assert "process_cpu_seconds_total" in answer.text
    assert "process_temporal_up 0.0" in answer.text


async def test_a_slow_client_does_not_keep_the_server_from_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = HttpServer(create_app(Health(), Metrics()), ANY_PORT)
    monkeypatch.setattr(server._server.config, "timeout_graceful_shutdown", 0)
    writer: Any
    async with server:
        host, port = server.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab")
        await writer.drain()
    writer.close()
