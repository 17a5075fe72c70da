"""The programs that are measured: their environment, and how far each is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from temporalio.client import Client

from benchmarks.harness import BenchmarkError
from benchmarks.ingress.messages import Topic
from process_runtime.testing.servers import KafkaBroker
from process_runtime.testing.servers.running import free_port

_TIME_LIMIT = 180.0
_GRACE = 30
_OFTEN, _SELDOM, _ASK_REST = 0.05, 1.0, 0.1


@dataclass(kw_only=True)
class Scene:
    """What every program finds around it."""

    folder: Path
    broker: KafkaBroker
    temporal: str
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def topic(self, name: str) -> Topic:
        """Make a topic."""
        self.broker.create_topic(name)
        return Topic(self.broker.address, name)

    def run(self, program: str, **environment: str) -> subprocess.Popen[bytes]:
        """Run a program: the arguments of `python -m`."""
        child = subprocess.Popen(
            [sys.executable, "-m", *program.split()],
            env={
                **os.environ,
                "TEMPORAL_ADDRESS": self.temporal,
                "KAFKA": self.broker.address,
                "LOG_LEVEL": "ERROR",
                "PORT_HTTP": "127.0.0.1:0",
                # The hand-written activities read it when they are imported.
                "ORDER_OUTCOMES": str(self.folder / "outcomes.jsonl"),
                **environment,
            },
            cwd=self.folder,
            stdout=sys.stderr,
        )
        self.children.append(child)
        return child

    def end(self) -> None:
        """End every program."""
        for child in self.children:
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children.clear()


@dataclass
class Consumer:
    """A hand-written consumer and the file in which it counts."""

    scene: Scene
    module: str
    name: str
    queue: str

    def __post_init__(self) -> None:
        self._progress = self.scene.folder / f"{self.name}.progress"
        self.topic = self.scene.topic(self.name)

    async def start(self) -> None:
        """Start it; it is ready when it has begun to count."""
        self.process = self.scene.run(
            self.module,
            TOPIC=self.name,
            PROGRESS=str(self._progress),
            TEMPORAL_TASK_QUEUE=self.queue,
        )
        await until(self._progress.exists, self.process)

    async def delivered(self) -> int:
        """How many events Temporal has."""
        return int.from_bytes(self._progress.read_bytes()[:8], "little")


@dataclass
class Ingress:
    """The generated ingress, in a program of its own or beside its worker."""

    scene: Scene
    name: str
    queue: str
    module: str = "order_fulfillment.ingress"
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.topic = self.scene.topic(self.name)

    async def start(self) -> None:
        """Start it, and return when it is ready."""
        self.launch()
        await until_async(self._is_ready, self.process)

    def launch(self) -> None:
        """Start it."""
        self._port = free_port()
        bindings, publish = (self.scene.folder / f"{self.name}.{file}.json" for file in ("in", "out"))
        empty = self.scene.folder / "nothing.jsonl"
        empty.touch()
        kafka = {
            "kind": "kafka",
            "bootstrap_servers": self.scene.broker.address,
            "topics": [self.name],
            "group_id": self.name,
            "group_instance_id": "0",
        }
        bindings.write_text(json.dumps({"orders-facts": kafka, "orders-import": {"path": str(empty)}}))
        publish.write_text(json.dumps({"order-outcomes": {"path": str(outcomes(self.scene, self.queue))}}))
        self.process = self.scene.run(
            self.module,
            **{
                "TEMPORAL_TASK_QUEUE": self.queue,
                "PORT_HTTP": f"127.0.0.1:{self._port}",
                "INGRESS_BINDINGS_FILE": str(bindings),
                "PUBLISH_BINDINGS_FILE": str(publish),
                "DEAD_LETTER_FILE": str(self.scene.folder / f"{self.name}.dead-letters.jsonl"),
                **self.environment,
            },
        )

    async def delivered(self) -> int:
        """How many events Temporal has, as the metrics say; 0 while they cannot be had."""
        # Not parsed as a whole: what asks shares the cores with what it measures.
        lines = (await asyncio.to_thread(self._get, "/metrics") or "").splitlines()
        counts = (line for line in lines if line.startswith("process_ingress_events_total{"))
        return sum(int(float(line.rpartition(" ")[2])) for line in counts if 'outcome="delivered"' in line)

    async def _is_ready(self) -> bool:
        return await asyncio.to_thread(self._get, "/readyz") is not None

    def _get(self, path: str) -> str | None:
        """Return what it answers, if that is success.

        By the standard library's client: others take more CPU time than an event does.
        """
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        return text if answer.status < HTTPStatus.BAD_REQUEST else None


def outcomes(scene: Scene, queue: str) -> Path:
    """The file in which the workers of a queue tell of each order that is closed."""
    return scene.folder / f"{queue}.outcomes.jsonl"


def closed(scene: Scene, queue: str) -> int:
    """How many orders of a queue are closed."""
    file = outcomes(scene, queue)
    return file.read_bytes().count(b"\n") if file.exists() else 0


async def until(condition: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    """Wait for a condition.

    Raises:
        BenchmarkError: One of the processes ends first, or it takes too long.
    """

    async def asked() -> bool:
        return condition()

    await until_async(asked, *processes)


async def until_delivered(program: Consumer | Ingress, count: int) -> None:
    """Wait until Temporal has so many events of a program in all.

    It is asked seldom, and often towards the end: asking takes CPU time that it shares.
    """
    before, began, pause = await program.delivered(), time.perf_counter(), _OFTEN

    async def is_done() -> bool:
        nonlocal pause
        delivered = await program.delivered()
        if delivered > before:
            expected = (time.perf_counter() - began) * (count - delivered) / (delivered - before)
            pause = min(max(expected / 2, _OFTEN), _SELDOM)
        return delivered >= count

    await until_async(is_done, program.process, every=lambda: pause)


async def until_shown(client: Client, query: str, count: int) -> None:
    """Wait until Temporal's visibility, which follows behind, finds so many executions.

    Else each of those that take turns would begin with work left over from the one before.
    """

    async def is_shown() -> bool:
        return (await client.count_workflows(query)).count == count

    await until_async(is_shown, every=_ASK_REST)


async def until_async(
    condition: Callable[[], object],
    *processes: subprocess.Popen[bytes],
    every: float | Callable[[], float] = 0.02,
) -> None:
    """The same for a condition that is awaited, and asked again after so many seconds."""
    ends = time.monotonic() + _TIME_LIMIT
    while not await condition():  # type: ignore[misc]
        if time.monotonic() > ends:
            raise BenchmarkError(f"{[process.args for process in processes]}: not in {_TIME_LIMIT:.0f} s")
        for process in processes:
            if process.poll() is not None:
                raise BenchmarkError(f"{process.args!r} ended with exit code {process.returncode}")
        await asyncio.sleep(every() if callable(every) else every)
