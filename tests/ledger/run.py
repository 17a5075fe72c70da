"""One run of the ledger test: producers, programs, chaos, and the ledger at its end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from process_runtime.dead_letters import bind_dead_letters
from process_runtime.testing import eventually
from process_runtime.testing.servers import RunningServer
from tests.ledger.brokers.broker import Broker, BrokerAwayError
from tests.ledger.chaos import Strike
from tests.ledger.comparison import Letter, faults
from tests.ledger.events import Sending, divided, sendings
from tests.ledger.programs import Program, Temporal, generate_tally
from tests.ledger.striking import Programs
from tests.ledger.tallies import Tally, read_tallies

REPLICAS: Final = 3
WORKERS: Final = 2
TARGETS: Final = {
    "ingress": [f"ingress-{number}" for number in range(REPLICAS)],
    "worker": [f"worker-{number}" for number in range(WORKERS)],
    "temporal": ["temporal"],
    "broker": ["broker"],
}
"""Names of the programs, by sort."""
_PRODUCERS: Final = 4
_PATIENCE_SECONDS: Final = 180.0
"""How long nothing may move, with everything up, before what is there is the outcome."""
_ROUND_SECONDS: Final = 0.5
_QUESTIONS: Final = 40
"""Processes that are asked in one round."""
_RETRY_SECONDS: Final = 0.2
_PROBE_SECONDS: Final = 2.0
_PROBE_ANSWER: Final = timedelta(seconds=10)
_INTERRUPTED: Final = "interrupted (9)"
_MOST_INTERRUPTED: Final = 4
_LETTERS: Final = "-letters.json"
"""End of the names of the files that say where dead letters go."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one run does; equal plans do the same."""

    events: int
    keys: int
    seconds: float
    """How long the producers take, evenly, if the broker lets them."""
    seed: int
    strikes: Sequence[Strike]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a run."""

    faults: list[str]
    """What is missing, doubled or out of order, and programs that ended when they should not."""
    applied: int
    runs: int
    """How often a process went on as a new run."""
    duplicates: int
    """Events that processes dropped because they had applied them before."""
    letters: int
    drained_after: float
    """Seconds from the last event sent, and the last program back, until everything was settled."""


async def run(
    plan: Plan, broker: Broker, folder: Path, tell: Callable[[str], object] = lambda _: None
) -> Outcome:
    """Run `plan`, and return what came of it.

    Args:
        plan: What to do.
        broker: What the ingress replicas read from.
        folder: Keeps data and logs of every program.
        tell: Told how it goes.
    """
    todo = sendings(plan.events, plan.keys, plan.seed)
    temporal = Temporal(folder / "temporal")
    servers: dict[str, RunningServer] = {"temporal": temporal}
    if broker.server is not None:
        servers["broker"] = broker.server
    services = _services(folder, await asyncio.to_thread(generate_tally, folder), temporal.address, broker)
    programs = Programs({**servers, **services}, tell)
    strikes = [strike for strike in plan.strikes if strike.target in {*servers, *services}]
    try:
        async with programs.watched():
            await programs.start(*servers)
            await broker.open()
            client = await _connected(temporal)
            await programs.start(*services)
            for name, service in services.items():
                ready = partial(asyncio.to_thread, service.is_ready)
                await eventually(ready, f"{name} is not ready", patience=_PATIENCE_SECONDS)
            tell(f"{len(todo)} messages, {len(strikes)} strikes")
            async with _probed(client, programs):
                producers = [_produce(part, broker, plan.seconds) for part in divided(todo, _PRODUCERS)]
                await asyncio.gather(*producers, _struck(programs, strikes, broker))
                tell("everything is sent, and every program back")
                began = time.monotonic()
                tallies = await _drained(client, broker, todo, tell)
                took = time.monotonic() - began
                held, letters = await broker.held(), await _letters(folder)
    finally:
        await broker.close()
    applied = {key: tally.applied for key, tally in tallies.items()}
    return Outcome(
        faults=programs.faults + faults(todo, held, applied, letters),
        applied=sum(map(len, applied.values())),
        runs=sum(tally.runs for tally in tallies.values()),
        duplicates=sum(tally.duplicates for tally in tallies.values()),
        letters=len({letter.id for letter in letters}),
        drained_after=took,
    )


def _services(folder: Path, roots: Sequence[Path], address: str, broker: Broker) -> dict[str, Program]:
    settings = {"TEMPORAL_ADDRESS": address, "STICKY_TIMEOUT": "1s"}
    services = {name: Program(folder / name, "tally.worker", roots, settings) for name in TARGETS["worker"]}
    for number, name in enumerate(TARGETS["ingress"]):
        bindings = folder / f"{name}.json"
        bindings.write_text(json.dumps({"tally-events": broker.binding(number)}))
        letters = folder / f"{name}{_LETTERS}"
        letters.write_text(json.dumps(broker.dead_letters(number)))
        files = {"INGRESS_BINDINGS_FILE": str(bindings), "DEAD_LETTER_BINDING_FILE": str(letters)}
        services[name] = Program(folder / name, "tally.ingress", roots, settings | files)
    return services


async def _connected(temporal: Temporal) -> Client:
    client = await Client.connect(temporal.address, lazy=True)

    async def is_there() -> bool:
        try:
            await client.count_workflows()
        except Exception:  # noqa: BLE001 - whatever it says before it is up
            return False
        return True

    await eventually(is_there, "Temporal does not answer", patience=_PATIENCE_SECONDS)
    return client


@asynccontextmanager
async def _probed(client: Client, programs: Programs) -> AsyncIterator[None]:
    enough = asyncio.Event()
    probing = asyncio.create_task(_probe(client, programs, enough))
    try:
        yield
    finally:
        enough.set()
        await asyncio.wait([probing])


async def _probe(client: Client, programs: Programs, enough: asyncio.Event) -> None:
    """Start Temporal again when its SQLite has come apart.

    Once a statement was interrupted, for a caller that waited no longer, the dev server may answer every call
    with that interruption until it is started again: https://www.sqlite.org/rescode.html#interrupt.
    """
    times = 0
    while not enough.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(enough.wait(), _PROBE_SECONDS)
        try:
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace="default"), timeout=_PROBE_ANSWER
            )
        except RPCError as error:
            times = times + 1 if _INTERRUPTED in error.message else 0
        else:
            times = 0
        if times >= _MOST_INTERRUPTED:
            times = 0
            await programs.again("temporal", f"{_INTERRUPTED}, so started again")


async def _produce(part: Sequence[Sending], broker: Broker, seconds: float) -> None:
    """Send one message after the other, each until the broker has it."""
    began = time.monotonic()
    for place, sending in enumerate(part):
        await asyncio.sleep(began + seconds * place / len(part) - time.monotonic())
        while True:
            try:
                await broker.publish(sending.key, sending.body)
            except BrokerAwayError:
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                break


async def _struck(programs: Programs, strikes: Sequence[Strike], broker: Broker) -> None:
    """Strike from when the first messages are settled: before that there is little to be lost."""

    async def something_is_settled() -> bool:
        waiting = await _waiting(broker)
        return waiting is not None and waiting < len(await broker.held())

    await eventually(something_is_settled, "no message is settled", patience=_PATIENCE_SECONDS)
    await programs.struck(strikes)


async def _drained(
    client: Client, broker: Broker, todo: Sequence[Sending], tell: Callable[[str], object]
) -> Mapping[str, Tally]:
    """Wait until everything is settled and every process has all its events, or nothing moves any more."""
    expected: dict[str, int] = {}
    for sending in {*todo}:
        if sending.malformed is None:
            expected[sending.key] = expected.get(sending.key, 0) + 1
    tallies: dict[str, Tally] = {}
    before: Any = None
    moved = time.monotonic()
    while True:
        waiting = await _waiting(broker)
        behind = [key for key in expected if not _has_all(tallies.get(key), expected[key])]
        if waiting == 0:
            # Not sooner: workers that have much to do are not to answer questions too.
            next_ones = sorted(behind, key=lambda key: key in tallies)[:_QUESTIONS]
            tallies |= await read_tallies(client, next_ones)
            behind = [key for key in behind if not _has_all(tallies.get(key), expected[key])]
            if not behind:
                break
        now = (waiting, sum(len(tally.applied) for tally in tallies.values()))
        if now != before:
            before, moved = now, time.monotonic()
            tell(f"not settled {waiting}, keys behind {len(behind)}, seen applied {now[1]}")
        elif time.monotonic() - moved > _PATIENCE_SECONDS:
            tell("nothing moves any more")
            break
        await asyncio.sleep(_ROUND_SECONDS)
    # Once more, for what came since: the repetitions that nobody waits for.
    return tallies | await read_tallies(client, expected)


async def _waiting(broker: Broker) -> int | None:
    try:
        return await broker.waiting()
    except BrokerAwayError:
        return None


async def _letters(folder: Path) -> list[Letter]:
    """Return the dead letters of all replicas; those of one stream several times."""
    found = []
    for name in TARGETS["ingress"]:
        stream, problems = bind_dead_letters(None, folder / f"{name}{_LETTERS}")
        assert stream is not None, problems
        async with stream, aclosing(stream.letters()) as letters:
            found += [Letter(letter.id, letter.reason, letter.data) async for letter in letters]
    return found


def _has_all(tally: Tally | None, expected: int) -> bool:
    return tally is not None and not tally.waiting and len(tally.applied) >= expected
