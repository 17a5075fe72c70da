"""The ingress as a process: outages, kills and signals; nothing is lost and the exit code tells the truth."""

# ruff: noqa: ASYNC240 - nothing else runs in these event loops

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from temporalio.client import Client
from temporalio.worker import Worker

from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer
from tests.runtime.ingress.parcels import ParcelWorkflow, ReceiptWorkflow, event, workflow_id

MODULE = "tests.runtime.ingress.parcel_ingress"
EVENTS = "process_ingress_events_total"
DELIVERED = 'outcome="delivered"'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DevServer]:
    """Return a server that the test may kill."""
    server = DevServer(tmp_path)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def line(case: str, key: str, number: int) -> str:
    return json_format.MessageToJson(event(case, key, number), indent=None) + "\n"


def bindings(tmp_path: Path, **options: Any) -> str:
    file = tmp_path / "bindings.json"
    file.write_text(json.dumps({"parcels": options}))
    return str(file)


async def applied(client: Client, keys: Sequence[str]) -> dict[str, list[str]]:
    """The idempotency keys that reached each process, each where it came first."""
    found: dict[str, list[str]] = {}
    async with Worker(client, task_queue="parcel", workflows=[ParcelWorkflow, ReceiptWorkflow]):
        for key in keys:
            events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
            found[key] = list(dict.fromkeys(text.split()[1] for text in events))
    return found


@pytest.mark.requirement("R111", "R116", "R117")
async def test_a_killed_server_costs_no_event_and_no_order(server: DevServer, tmp_path: Path) -> None:
    await server.connect()
    names = [f"k{number}" for number in range(10)]
    source = tmp_path / "events.jsonl"
    plan = [(name, number) for number in range(20) for name in names]
    half = len(plan) // 2
    source.write_text("".join(line("posted", *item) for item in plan[:half]))
    environment = {
        "TEMPORAL_ADDRESS": server.address,
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(source)),
        "MAX_IN_FLIGHT": "8",
    }
    with Child(tmp_path / "ingress.log", MODULE, "jsonl", environment=environment) as ingress:
        ingress.until_metric(EVENTS, DELIVERED, 20)
        server.kill()
        conditions = ingress.until("/readyz", 503).json()["conditions"]
        assert {"type": "TemporalReady", "status": "False"}.items() <= conditions[0].items()
        assert ingress.get("/healthz").status_code == 200
        with source.open("a") as file:
            # The second half, after a repetition of what was just sent.
            file.writelines(line("posted", *item) for item in plan[half - 10 :])
        server.start()
        ingress.until("/readyz", 200)
        ingress.until_metric(EVENTS, DELIVERED, len(plan) + 10)
        ingress.signal(signal.SIGTERM)
        assert ingress.exit_code() == 0
    client = await server.connect()
    expected = {name: [f"{name}-{number}" for number in range(20)] for name in names}
    assert await applied(client, names) == expected


async def test_a_killed_ingress_goes_on_where_it_was(server: DevServer, tmp_path: Path) -> None:
    client = await server.connect()
    source = tmp_path / "events.jsonl"
    source.write_text("".join(line("posted", f"k{number % 5}", number) for number in range(200)))
    environment = {
        "TEMPORAL_ADDRESS": server.address,
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(source), follow=False),
        "MAX_IN_FLIGHT": "4",
    }
    with Child(tmp_path / "first.log", MODULE, "jsonl", environment=environment) as ingress:
        ingress.until_metric(EVENTS, DELIVERED, 100)
        ingress.signal(signal.SIGKILL)
        ingress.exit_code()
    with Child(tmp_path / "second.log", MODULE, "jsonl", environment=environment) as ingress:
        assert ingress.exit_code() == 0
    expected = {f"k{name}": [f"k{name}-{number}" for number in range(name, 200, 5)] for name in range(5)}
    assert await applied(client, list(expected)) == expected
    position = json.loads(Path(f"{source}.position").read_text())
    assert position["line"] == 200


async def test_a_drain_has_a_deadline_and_what_it_leaves_comes_again(
    server: DevServer, tmp_path: Path
) -> None:
    await server.connect()
    source = tmp_path / "events.jsonl"
    source.write_text(line("posted", "k", 0))
    environment = {
        "TEMPORAL_ADDRESS": server.address,
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(source)),
        "DELIVERY_TIMEOUT": "1h",
        "SHUTDOWN_GRACE": "1s",
    }
    with Child(tmp_path / "first.log", MODULE, "jsonl", environment=environment) as ingress:
        ingress.until_metric(EVENTS, DELIVERED, 1)
        server.pause()
        with source.open("a") as file:
            file.writelines(line("posted", "k", number) for number in range(1, 20))
        ingress.until_metric("process_ingress_lag", "", 19)
        ingress.signal(signal.SIGTERM)
        assert ingress.exit_code() == 0
    assert json.loads(Path(f"{source}.position").read_text())["line"] == 1
    server.resume()
    environment["INGRESS_BINDINGS_FILE"] = bindings(tmp_path, path=str(source), follow=False)
    with Child(tmp_path / "second.log", MODULE, "jsonl", environment=environment) as ingress:
        assert ingress.exit_code() == 0
    client = await server.connect()
    assert await applied(client, ["k"]) == {"k": [f"k-{number}" for number in range(20)]}


@pytest.mark.requirement("R085")
async def test_it_stops_cleanly_while_temporal_is_away(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    source.write_text(line("posted", "k", 1))
    environment = {
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(source)),
    }
    with Child(tmp_path / "ingress.log", MODULE, "jsonl", environment=environment) as ingress:
        ingress.until_metric(EVENTS, 'outcome="retry"', 1)
        ingress.signal(signal.SIGINT)
        assert ingress.exit_code() == 0
    assert not Path(f"{source}.position").exists()


async def test_without_dead_letters_it_stops_with_one_line_that_says_why(
    server: DevServer, tmp_path: Path
) -> None:
    await server.connect()
    source = tmp_path / "events.jsonl"
    source.write_text(line("posted", "k", 1))
    environment = {
        "TEMPORAL_ADDRESS": server.address,
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(source)),
    }
    with Child(tmp_path / "ingress.log", MODULE, "jsonl", environment=environment) as ingress:
        # An event that is on its way when the ingress stops may come again.
        ingress.until_metric(EVENTS, DELIVERED, 1)
        with source.open("a") as lines:
            lines.write('{"meta": {"idempotencyKey": "hunter2"}}\n')
        assert ingress.exit_code() == 1
        text = ingress.text()
    assert "Traceback" not in text
    assert "hunter2" not in text
    (said,) = [line for line in text.splitlines() if "ERROR" in line]
    assert f"{source}:2" in said
    assert "DEAD_LETTER_FILE" in said
    assert json.loads(Path(f"{source}.position").read_text())["line"] == 1


async def test_standard_input_is_read_to_its_end(server: DevServer, tmp_path: Path) -> None:
    client = await server.connect()
    environment = {
        "TEMPORAL_ADDRESS": server.address,
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path="-"),
        "DEAD_LETTER_FILE": str(tmp_path / "dead.jsonl"),
        "LOG_FORMAT": "json",
    }
    with Child(
        tmp_path / "ingress.log", MODULE, "jsonl", stdin=subprocess.PIPE, environment=environment
    ) as ingress:
        text = (
            "".join(line("posted", "k", number) for number in range(50)) + "{oops\n" + line("posted", "k", 50)
        )
        assert ingress.process.stdin is not None
        ingress.process.stdin.write(text.encode())
        ingress.process.stdin.close()
        assert ingress.exit_code() == 0
        records = [json.loads(record) for record in ingress.text().splitlines()]
    assert any(record["level"] == "WARNING" and "rejected" in record["message"] for record in records)
    assert await applied(client, ["k"]) == {"k": [f"k-{number}" for number in range(51)]}
    (letter,) = (tmp_path / "dead.jsonl").read_text().splitlines()
    assert json.loads(letter)["position"] == "-:51"


@pytest.mark.requirement("R071")
def test_everything_wrong_with_the_configuration_is_said_at_once(tmp_path: Path) -> None:
    environment = {
        "PORT_HTTP": "http",
        "LOG_LEVEL": "LOUD",
        "DEAD_LETTER_FILE": str(tmp_path / "missing" / "dead.jsonl"),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(tmp_path / "missing.key"),
    }
    with Child(tmp_path / "ingress.log", MODULE, "pigeon", environment=environment) as ingress:
        assert ingress.exit_code() == 2
        text = ingress.text()
    assert "Traceback" not in text
    first, *problems = text.splitlines()
    assert first == f"configuration error: {len(problems)} problems"
    names = [problem.strip().partition(":")[0] for problem in problems]
    assert names == [
        "PORT_HTTP",
        "LOG_LEVEL",
        "TEMPORAL_ADDRESS",
        "TEMPORAL_TLS_CLIENT_KEY_PATH",
        "TEMPORAL_TLS_CLIENT_CERT_*/TEMPORAL_TLS_CLIENT_KEY_*",
        "INGRESS_BINDINGS_FILE",
        "DEAD_LETTER_FILE",
    ]
    assert "parcels: there is no such binding" in text
    assert "installed: http, jsonl" in text


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    environment = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    with Child(tmp_path / "first.log", MODULE, environment=environment) as first:
        port = first.url().rpartition("/")[2]
        with Child(tmp_path / "second.log", MODULE, environment=environment | {"PORT_HTTP": port}) as second:
            assert second.exit_code() == 2
            assert "Traceback" not in second.text()
            assert f"PORT_HTTP: {port}: another program listens there" in second.text()


def test_one_subscription_that_fails_lets_the_others_drain(tmp_path: Path) -> None:
    environment = {
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "INGRESS_BINDINGS_FILE": bindings(tmp_path, path=str(tmp_path / "missing.jsonl"), follow=False),
    }
    with Child(tmp_path / "ingress.log", MODULE, "jsonl", "http", environment=environment) as ingress:
        assert ingress.exit_code() == 1
        text = ingress.text()
    assert "missing.jsonl: there is no such file" in text
    assert "Traceback" not in text
