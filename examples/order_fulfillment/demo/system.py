"""Temporal, worker and ingress of the example as processes of this machine."""

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderClosed
from google.protobuf import json_format
from process_runtime.converter import data_converter
from process_runtime.dead_letters import DeadLetter, bind_dead_letters
from process_runtime.testing.servers import ServerError, temporal_cli
from processctl.dev.command import temporal_command
from processctl.dev.processes import ChildProcess, ready
from processctl.repo import Repo
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

from demo.brokers import Broker, start_broker
from order_fulfillment.client import OrderFulfillmentClient
from processes.order_fulfillment.ledger import Ledger

ROOT = Path(__file__).parent.parent
START_LIMIT = 60.0
_LOG_LINES = 40


def free_ports(preferred: Sequence[int]) -> list[int]:
    """Return a port for each of `preferred`: that one, or some other where it is 0 or a program listens on it."""
    with ExitStack() as stack:
        return [stack.enter_context(_bound(port)).getsockname()[1] for port in preferred]


def _bound(port: int) -> socket.socket:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        probe.bind(("127.0.0.1", 0))
    return probe


class StartError(Exception):
    """Temporal, worker or ingress did not come up; the message ends with why, after what they logged."""


@dataclass(kw_only=True)
class System:
    """Everything that runs, and where it keeps things."""

    folder: Path
    temporal_address: str
    ui_url: str
    worker_url: str
    ingress_url: str
    worker: ChildProcess
    ingress: ChildProcess
    orders: OrderFulfillmentClient
    temporal: Client
    ledger: Ledger
    broker: Broker | None = None
    """Where events come from and facts and dead letters go; None for HTTP and files."""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=_LOG_LINES))

    async def dead_letters(self) -> list[DeadLetter]:
        """Return the dead letters."""
        stream, problems = bind_dead_letters(None, self.folder / "dead-letters.json")
        if stream is None:
            raise StartError("\n".join(problems))
        async with stream:
            return [letter async for letter in stream.letters()]

    async def facts(self) -> list[OrderClosed]:
        """Return the facts that the process published."""
        if self.broker is not None:
            return await self.broker.published()
        lines = (self.folder / "order-outcomes.jsonl").read_text(encoding="utf-8").splitlines()
        return [json_format.ParseDict(json.loads(line)["data"], OrderClosed()) for line in lines]

    @property
    def import_file(self) -> Path:
        """The JSON Lines file that the ingress follows."""
        return self.folder / "orders.jsonl"

    async def ready(self) -> None:
        """Wait until worker and ingress say they are ready.

        Raises:
            StartError: one of them ends instead, or takes too long.
        """
        ended = {child.name: asyncio.create_task(child.wait()) for child in (self.worker, self.ingress)}
        urls = (self.worker_url, self.ingress_url)
        both = asyncio.ensure_future(asyncio.gather(*(ready(f"{url}/readyz") for url in urls)))
        waiting: list[asyncio.Future[Any]] = [both, *ended.values()]
        await asyncio.wait(waiting, timeout=START_LIMIT, return_when=asyncio.FIRST_COMPLETED)
        if not both.done():
            names = [name for name, task in ended.items() if task.done()]
            what = (
                f"{names[0]} ended" if names else f"worker and ingress were not ready in {START_LIMIT:.0f} s"
            )
            await _cancelled(waiting)
            raise StartError("\n".join([*self.log, what]))
        await _cancelled(waiting)

    async def metric(self, url: str, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples with these labels."""
        async with httpx.AsyncClient() as client:
            text = (await client.get(f"{url}/metrics")).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@asynccontextmanager
async def running(
    *, broker: str | None = None, latency: float = 0.0, usual_ports: bool = False
) -> AsyncIterator[System]:
    """Start Temporal, worker and ingress; stop them and remove their files on the way out.

    Args:
        broker: `kafka` or `nats`, which then runs too, in place of HTTP and files.
        latency: seconds that the systems the activities call take to answer.
        usual_ports: take the ports people know, where they are free. Two demos that start at once may then both
            think so.
    """
    usual = (7233, 8233, 8081, 8080)
    temporal_port, ui_port, worker_port, ingress_port = free_ports(usual if usual_ports else (0, 0, 0, 0))
    log: deque[str] = deque(maxlen=_LOG_LINES)
    repo = Repo(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="orders-"))
    (folder / "orders.jsonl").touch()
    address = f"127.0.0.1:{temporal_port}"
    environment = repo.environment() | {
        "PYTHONUNBUFFERED": "1",
        "TEMPORAL_ADDRESS": address,
        "INGRESS_BINDINGS_FILE": "bindings.json",
        "PUBLISH_BINDINGS_FILE": "publish.json",
        "DEAD_LETTER_BINDING_FILE": "dead-letters.json",
        "ORDER_LEDGER": "ledger.sqlite3",
        "ORDER_LATENCY_SECONDS": str(latency),
    }

    def child(name: str, command: list[str], **variables: str) -> ChildProcess:
        return ChildProcess(
            name=name,
            command=command,
            folder=folder,
            environment=environment | variables,
            log=lambda name, line: log.append(f"{name}: {line}"),
        )

    def service(role: str, port: int) -> ChildProcess:
        command = [sys.executable, "-m", f"order_fulfillment.{role}"]
        return child(role, command, PORT_HTTP=f"127.0.0.1:{port}")

    cli = await asyncio.to_thread(temporal_cli)
    worker, ingress = service("worker", worker_port), service("ingress", ingress_port)
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            opened = (
                await stack.enter_async_context(start_broker(broker, folder / broker)) if broker else None
            )
        except ServerError as error:
            raise StartError(str(error)) from None
        _bind(folder, opened)
        await stack.enter_async_context(child("temporal", temporal_command(cli, temporal_port, ui_port)))
        await stack.enter_async_context(worker)
        await stack.enter_async_context(ingress)
        client = await _connected(address)
        system = System(
            folder=folder,
            temporal_address=address,
            ui_url=f"http://127.0.0.1:{ui_port}",
            worker_url=f"http://127.0.0.1:{worker_port}",
            ingress_url=f"http://127.0.0.1:{ingress_port}",
            worker=worker,
            ingress=ingress,
            orders=OrderFulfillmentClient(client),
            temporal=client,
            ledger=Ledger(folder / "ledger.sqlite3"),
            broker=opened,
            log=log,
        )
        await system.ready()
        yield system


def _bind(folder: Path, broker: Broker | None) -> None:
    """Say where events come from, and where facts and dead letters go."""
    events: dict[str, Any] = {} if broker is None else broker.events
    facts = {"path": "order-outcomes.jsonl"} if broker is None else broker.facts
    letters = (
        {"kind": "file", "path": str(folder / "dead-letters.jsonl")}
        if broker is None
        else broker.dead_letters
    )
    bindings = {"orders-facts": events, "orders-import": {"path": "orders.jsonl"}}
    (folder / "bindings.json").write_text(json.dumps(bindings), encoding="utf-8")
    (folder / "publish.json").write_text(json.dumps({"order-outcomes": facts}), encoding="utf-8")
    (folder / "dead-letters.json").write_text(json.dumps(letters), encoding="utf-8")


async def _cancelled(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _connected(address: str) -> Client:
    async with asyncio.timeout(START_LIMIT):
        while True:
            try:
                return await Client.connect(
                    address,
                    namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
                    data_converter=data_converter(),
                )
            except RuntimeError:  # what the SDK raises while nothing listens yet
                await asyncio.sleep(0.1)
