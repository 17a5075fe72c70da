"""The receiver of facts is away and its worker is killed: every fact arrives, once by its ID, in order."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from google.protobuf import json_format

from process_runtime.testing.servers.running import free_port
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import closed, scanned
from tests.runtime.facts.test_publishers import receiving
from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer

PLACES = [f"place {number}" for number in range(5)]
ATTEMPTS = "process_facts_published_total"


@pytest.fixture(scope="module")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    server = DevServer(tmp_path_factory.mktemp("temporal"))
    server.start()
    try:
        yield server
    finally:
        server.kill()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def post(program: Child, event: pb.DispatchEvent) -> str:
    answer = httpx.post(
        f"{program.url()}/events",
        content=json_format.MessageToJson(event).encode(),
        headers={"content-type": "application/json"},
        timeout=60,
    )
    workflow_id: str = answer.raise_for_status().json()["workflowId"]
    return workflow_id


async def ended(temporal: DevServer, workflow_id: str) -> None:
    client = await temporal.connect()
    async with asyncio.timeout(120):
        await client.get_workflow_handle(workflow_id).result()


def test_facts_outlast_their_receiver_and_their_worker(temporal: DevServer, tmp_path: Path) -> None:
    port, bindings = free_port(), tmp_path / "publish.json"
    receiver_url = f"http://127.0.0.1:{port}/facts"
    streams = {name: {"kind": "http", "url": receiver_url} for name in ("moves-binding", "arrivals-binding")}
    bindings.write_text(json.dumps(streams))
    environment = {
        "TEMPORAL_ADDRESS": temporal.address,
        "PUBLISH_BINDINGS_FILE": str(bindings),
        # The successor is soon given what the killed worker had in its cache.
        "STICKY_TIMEOUT": "500ms",
    }

    def program(name: str) -> Child:
        return Child(tmp_path / name, "tests.runtime.facts.dispatch", environment=environment)

    with program("killed") as first:
        first.until("/readyz", 200)
        workflow_id = post(first, scanned("scan-1", *PLACES))
        assert post(first, closed()) == workflow_id
        first.until_metric(ATTEMPTS, 'outcome="failed"', 2)
        first.signal(signal.SIGKILL)
        first.exit_code()
    with program("successor") as second:
        second.until_metric(ATTEMPTS, 'outcome="failed"', 1)
        with receiving(port) as receiver:
            # It takes a fact and dies before it says so, refuses one, and is in order again.
            receiver.status = None
            wait_until(lambda: len(receiver.requests) >= 1)
            receiver.status = 403
            wait_until(lambda: len(receiver.requests) >= 2)
            receiver.status = 204
            asyncio.run(ended(temporal, workflow_id))
    facts = {headers["ce-id"]: (headers, body) for headers, body in receiver.taken}
    assert len(receiver.requests) > len(receiver.taken) == len(facts)
    sequences = [headers["ce-sequence"] for headers, _ in facts.values()]
    assert sequences == sorted(sequences)
    assert [int(sequence.partition(".")[2]) for sequence in sequences] == [1, 2, 3, 4, 5, 6]
    moved = [pb.ParcelMoved.FromString(body).place for _, body in list(facts.values())[:5]]
    assert moved == PLACES
    for headers, body in receiver.requests:
        # Under one ID it is the same fact, whichever worker sent it.
        repeated = facts[headers["ce-id"]]
        assert (body, headers["ce-sequence"], headers["ce-time"]) == (
            repeated[1],
            repeated[0]["ce-sequence"],
            repeated[0]["ce-time"],
        )
