"""The life of a process: up before Temporal, ready when it can work, drained on signals."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.config import RuntimeSettings
from process_runtime.connection import TemporalConnection
from process_runtime.health import Health
from process_runtime.metrics import Metrics
from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer

MODULE = "tests.runtime.ops.components"
AWAY = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}


def start(tmp_path: Path, *scripts: str, **environment: str) -> Child:
    return Child(tmp_path / "child.log", MODULE, *scripts, environment=AWAY | environment)


def conditions(child: Child) -> dict[str, dict[str, str]]:
    found = child.get("/readyz").json()["conditions"]
    return {condition["type"]: condition for condition in found}


@pytest.mark.requirement("R085")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_exits_with_zero(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path, "drain") as child:
        child.until("/healthz", 200)
        child.signal(number)
        assert child.exit_code() == 0
        assert "drained" in child.text()


def test_work_that_outlasts_the_grace_is_abandoned_and_said_so(tmp_path: Path) -> None:
    with start(tmp_path, "stubborn", "drain", SHUTDOWN_GRACE="600ms") as child:
        child.until("/healthz", 200)
        child.signal(signal.SIGTERM)
        assert child.exit_code() == 0
        assert "drained" in child.text()
        assert "SHUTDOWN_GRACE" in child.text()


def test_a_second_signal_stops_at_once(tmp_path: Path) -> None:
    with start(tmp_path, "stubborn", SHUTDOWN_GRACE="1h") as child:
        child.until("/healthz", 200)
        child.signal(signal.SIGTERM)
        child._wait(lambda: "draining" in child.text())
        assert child.get("/healthz").status_code == 200
        assert conditions(child)["Running"]["reason"] == "Stopping"
        child.signal(signal.SIGTERM)
        assert child.exit_code() == 0


def test_it_ends_when_every_component_has_ended(tmp_path: Path) -> None:
    with start(tmp_path, "finish", "finish") as child:
        assert child.exit_code() == 0
        child.log.unlink()
    with start(tmp_path, "finish", "drain") as child:
        child.until("/healthz", 200)
        child.signal(signal.SIGTERM)
        assert child.exit_code() == 0


def test_a_failure_an_operator_can_mend_is_one_line_and_drains_the_rest(tmp_path: Path) -> None:
    with start(tmp_path, "fail", "drain") as child:
        assert child.exit_code() == 1
        text = child.text()
    assert "drained" in text
    assert "the input is gone" in text
    assert "Traceback" not in text


def test_a_crash_has_a_traceback_and_drains_the_rest(tmp_path: Path) -> None:
    with start(tmp_path, "crash", "drain") as child:
        assert child.exit_code() == 1
        text = child.text()
    assert "drained" in text
    assert "ZeroDivisionError: unforeseen" in text


@pytest.mark.requirement("R111", "R116", "R117")
def test_it_is_up_before_temporal_and_ready_with_it(tmp_path: Path) -> None:
    server = DevServer(tmp_path)
    with start(tmp_path, "connect", TEMPORAL_ADDRESS=server.address) as child:
        assert child.get("/healthz").status_code == 200
        child._wait(lambda: "Temporal cannot be used" in child.text())
        temporal = conditions(child)["TemporalReady"]
        assert child.get("/readyz").status_code == 503
        assert temporal["status"] == "False"
        server.start()
        try:
            child.until("/readyz", 200)
            assert child.metric("process_temporal_up") == 1
            child._wait(lambda: "connected as scripted@2.3+0123456789ab/test/" in child.text())
            server.kill()
            child.until("/readyz", 503)
            assert child.metric("process_temporal_up") == 0
            assert child.get("/healthz").status_code == 200
            server.start()
            child.until("/readyz", 200)
        finally:
            server.kill()
        child.signal(signal.SIGTERM)
        assert child.exit_code() == 0
        # A line when something is new, however often it was looked for.
        said = [line for line in child.text().splitlines() if "Temporal cannot be used" in line]
        assert 2 <= len(said) <= 4


@pytest.mark.requirement("R112")
async def test_a_missing_namespace_is_waited_out_with_its_reason(tmp_path: Path) -> None:
    server = DevServer(tmp_path)
    server.start()
    try:
        client = await server.connect()
        environment = {"TEMPORAL_ADDRESS": server.address, "TEMPORAL_NAMESPACE": "not-yet"}
        with start(tmp_path, "connect", **environment) as child:
            child._wait(lambda: conditions(child)["NamespaceReady"]["reason"] == "NotFound")
            assert conditions(child)["TemporalReady"]["status"] == "True"
            assert "not-yet" in conditions(child)["NamespaceReady"]["message"]
            assert child.get("/readyz").status_code == 503
            await register(client, "not-yet")
            await asyncio.to_thread(child.until, "/readyz", 200)
    finally:
        server.kill()


async def register(client: Any, namespace: str) -> None:
    from google.protobuf.duration_pb2 import Duration  # noqa: PLC0415
    from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest  # noqa: PLC0415

    retention = Duration(seconds=86400 * 3)
    request = RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=retention)
    await client.workflow_service.register_namespace(request)


class RefusingService:
    def __init__(self, status: RPCStatusCode) -> None:
        self.status = status

    async def describe_namespace(self, *_args: Any, **_options: Any) -> None:
        raise RPCError("Request unauthorized.", self.status, b"")


class RefusedClient:
    namespace = "shop"

    def __init__(self, status: RPCStatusCode) -> None:
        self.workflow_service = RefusingService(status)


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("status", "condition", "reason"),
    [
        (RPCStatusCode.PERMISSION_DENIED, "NamespaceReady", "Unauthorized"),
        (RPCStatusCode.UNAUTHENTICATED, "NamespaceReady", "Unauthorized"),
        (RPCStatusCode.NOT_FOUND, "NamespaceReady", "NotFound"),
        (RPCStatusCode.UNAVAILABLE, "TemporalReady", "Unreachable"),
        (RPCStatusCode.DEADLINE_EXCEEDED, "TemporalReady", "Unreachable"),
        (RPCStatusCode.RESOURCE_EXHAUSTED, "TemporalReady", "Unreachable"),
    ],
)
async def test_each_answer_of_temporal_has_its_reason(
    monkeypatch: pytest.MonkeyPatch, status: RPCStatusCode, condition: str, reason: str
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    health = Health()
    connection = TemporalConnection(RuntimeSettings(), identity="test", health=health, metrics=Metrics())
    client: Any = RefusedClient(status)
    await connection._check(client)
    assert health.condition(condition).as_dict()["reason"] == reason
    assert not connection.is_usable
    assert connection.client is None
