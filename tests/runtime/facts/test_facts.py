"""What becomes of a fact between people's code and its stream, on a real server."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import CancelledError
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import NOTES_LENGTH, PUBLISHES_LOCALLY, EventMeta
from process_runtime.publishers import Fact, Publisher, PublishError
from process_runtime.testing import (
    RecordedFacts,
    assert_same_event_twice_applied_once,
    eventually,
    replay,
    serve_process,
)
from process_runtime.workflow import CarriedState, ProcessStatus
from process_runtime.workflow.carried import encode_bytes
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import CLOSED, EVENT_TYPES, SCANNED, closed, scanned
from tests.runtime.facts.dispatch.registration import REGISTRATION
from tests.runtime.facts.dispatch.router import DispatchRouter
from tests.runtime.facts.dispatch.workflow import DispatchWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
PATIENCE = timedelta(seconds=60)
EVENTS = 40
"""Enough for several runs: in a history each is two events at least."""

Handle = WorkflowHandle[Any, Any]


class UnreliableStream(RecordedFacts):
    """Fails at first, before or after it has taken the fact; or until it is told to come back."""

    def __init__(self, *, failures: int = 0, takes_it: bool = False) -> None:
        super().__init__()
        self.failures = failures
        self.attempts: list[Fact] = []
        self.attempted = asyncio.Event()
        self._takes_it = takes_it

    async def publish(self, fact: Fact) -> None:
        self.attempts.append(fact)
        self.attempted.set()
        if self.failures:
            self.failures -= 1
            if self._takes_it:
                await super().publish(fact)
            raise PublishError("the broker is away")
        await super().publish(fact)


class SlowStream(RecordedFacts):
    """Takes longer for earlier facts, and notes how many it is asked to take at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = self.most_at_once = 0

    async def publish(self, fact: Fact) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        for _ in range(20 - len(self.facts)):
            await asyncio.sleep(0)
        self.at_once -= 1
        await super().publish(fact)


@dataclass
class Depot:
    """A worker, and the processes that tests start on it."""

    client: Client
    task_queue: str

    async def start(
        self,
        identifier: str = "",
        carried: CarriedState | None = None,
        *,
        locally: bool = False,
        **signal: Any,
    ) -> Handle:
        handle = await self.client.start_workflow(
            DispatchWorkflow.run,
            args=[pb.DispatchStart(tenant="acme", parcel="p-1"), carried],
            id=identifier or f"dispatch/{uuid.uuid4()}",
            task_queue=self.task_queue,
            id_reuse_policy=REGISTRATION.contract.reuse_policy,
            # What would wait for ever after a lost fact fails instead.
            execution_timeout=PATIENCE,
            memo={PUBLISHES_LOCALLY: True, NOTES_LENGTH: True} if locally else None,
            **signal,
        )
        return self.client.get_workflow_handle(handle.id, result_type=pb.DispatchResult)

    async def scanned(self, *places: str, locally: bool = False, **meta: str) -> Handle:
        """A process whose first event emits one fact for each place."""
        event = scanned("scan-1", *places, **meta)
        return await self.start(locally=locally, start_signal=SCANNED, start_signal_args=[event])


@pytest.fixture
def depot(temporal_env: WorkflowEnvironment) -> Callable[[Publisher], Any]:
    @asynccontextmanager
    async def open_depot(publisher: Publisher) -> AsyncIterator[Depot]:
        async with serve_process(temporal_env.client, REGISTRATION, publisher=publisher) as queue:
            yield Depot(temporal_env.client, queue)

    return open_depot


async def published_as_activities(handle: Handle) -> int:
    """How many facts took an activity of its own."""
    history = await handle.fetch_history()
    return sum(event.HasField("activity_task_scheduled_event_attributes") for event in history.events)


async def ended(handle: Handle, **meta: str) -> None:
    await handle.signal(CLOSED, closed(**meta))
    await handle.result()


def places(facts: list[Fact]) -> list[str]:
    return [fact.message.place for fact in facts if isinstance(fact.message, pb.ParcelMoved)]


def values(facts: list[Fact], attribute: str) -> list[str]:
    return [fact.attributes[attribute] for fact in facts]


@pytest.mark.requirement("R039", "R156", "R157", "R158")
async def test_a_fact_says_who_emitted_it_when_and_why(depot: Any) -> None:
    stream = RecordedFacts()
    before = datetime.now().astimezone()
    async with depot(stream) as here:
        handle = await here.scanned("Bremen", traceparent=TRACE, tracestate="a=b", correlation_id="order-9")
        await ended(handle)
        history = await handle.fetch_history()
    moved, arrived = stream.facts
    run = history.events[0].workflow_execution_started_event_attributes.original_execution_run_id
    attributes = dict(moved.attributes)
    assert uuid.UUID(attributes.pop("id")).version == 5
    assert before < datetime.fromisoformat(attributes.pop("time")) < datetime.now().astimezone()
    assert attributes == {
        "source": "/processes/dispatch",
        "type": "dispatch.ParcelMoved.v1",
        "subject": f"runtime_tests.dispatch.v1.Dispatch/{handle.id}",
        "dataschema": "urn:process:schema:dispatch%20moves%2Fvalue",
        "schemaversion": "2.1",
        "partitionkey": f"acme/{handle.id}",
        "tenant": "acme",
        "sequence": "0000000000.0000000001",
        "processinstanceid": handle.id,
        "processrunid": run,
        "runepoch": "0",
        "workflowtype": "runtime_tests.dispatch.v1.Dispatch",
        "correlationid": "order-9",
        "causationid": "scan-1",
        "traceparent": TRACE,
        "tracestate": "a=b",
    }
    # Emitted by run() after an event without a trace: what is not known is not there.
    assert arrived.attributes["partitionkey"] == "acme/7"
    assert arrived.attributes["sequence"] == "0000000000.0000000002"
    assert (arrived.attributes["causationid"], arrived.attributes["correlationid"]) == ("close", handle.id)
    assert not {"dataschema", "traceparent", "tracestate"} & arrived.attributes.keys()
    assert arrived.message == pb.ParcelArrived(receipt=pb.Receipt(tenant="acme", number=7, seal=b"\x00\xff"))


@pytest.mark.requirement("R157")
@pytest.mark.parametrize("takes_it", [False, True], ids=["before it is taken", "after it is taken"])
async def test_an_attempt_that_fails_is_repeated_as_the_same_fact(depot: Any, takes_it: bool) -> None:
    stream = UnreliableStream(failures=2, takes_it=takes_it)
    async with depot(stream) as here:
        handle = await here.scanned("Bremen")
        await ended(handle)
        await replay(REGISTRATION, await handle.fetch_history())
    assert [fact.attributes["type"][9:] for fact in stream.attempts] == [
        *["ParcelMoved.v1"] * 3,
        "ParcelArrived.v1",
    ]
    first, *repeated = stream.attempts[:3]
    assert repeated == [first, first]
    distinct = {fact.attributes["id"] for fact in stream.facts}
    assert (len(distinct), len(stream.facts)) == (2, 4 if takes_it else 2)


async def test_facts_take_no_task_of_their_own_where_that_is_wanted_and_the_stream_answers(
    depot: Any,
) -> None:
    stream, stops = RecordedFacts(), [f"stop {number}" for number in range(12)]
    async with depot(stream) as here:
        handle = await here.scanned(*stops, locally=True)
        await ended(handle)
        assert await published_as_activities(handle) == 0
    assert list(dict.fromkeys(places(stream.facts))) == stops


async def test_a_fact_that_its_stream_did_not_take_at_once_is_an_activity_in_the_history(depot: Any) -> None:
    stream = UnreliableStream(failures=1)
    async with depot(stream) as here:
        handle = await here.scanned("Bremen", "Kassel", locally=True)
        await eventually(lambda: len(stream.facts) == 2)
        await ended(handle)
        assert await published_as_activities(handle) == 1
    assert list(dict.fromkeys(places(stream.facts))) == ["Bremen", "Kassel"]


async def test_otherwise_the_history_knows_of_a_fact_before_its_stream_does(depot: Any) -> None:
    stream = RecordedFacts()
    async with depot(stream) as here:
        handle = await here.scanned("Bremen")
        await ended(handle)
        assert await published_as_activities(handle) == len(stream.facts) == 2


async def test_publishing_within_tasks_is_asked_for_and_the_tasks_have_the_time() -> None:
    contract = REGISTRATION.contract
    assert PUBLISHES_LOCALLY not in contract.start_arguments("id", "queue")["memo"]
    asked = contract.start_arguments("id", "queue", publishes_locally=True)["memo"]
    assert asked[PUBLISHES_LOCALLY] is True
    hasty = replace(contract, task_timeout=timedelta(seconds=5))
    assert PUBLISHES_LOCALLY not in hasty.start_arguments("id", "queue", publishes_locally=True)["memo"]


async def test_while_a_stream_is_away_the_process_waits_and_nothing_is_lost(depot: Any) -> None:
    stream = UnreliableStream(failures=1_000_000)
    async with depot(stream) as here:
        handle = await here.scanned("Bremen", "Emden", "Husum")
        await stream.attempted.wait()
        await handle.signal(CLOSED, closed())

        async def is_tried_again() -> bool:
            pending = (await handle.describe()).raw_description.pending_activities
            return [activity.attempt > 0 for activity in pending] == [True]

        await eventually(is_tried_again)
        assert stream.facts == []
        stream.failures = 0
        await handle.result()
    assert places(stream.facts) == ["Bremen", "Emden", "Husum"]
    assert stream.facts[0] == stream.attempts[0]


async def test_facts_emitted_at_once_are_published_one_by_one_in_their_order(depot: Any) -> None:
    stream = SlowStream()
    names = [f"place {number}" for number in range(12)]
    async with depot(stream) as here:
        await ended(await here.scanned(*names))
    assert places(stream.facts) == names
    assert stream.most_at_once == 1
    sequences = values(stream.facts, "sequence")
    assert sequences == sorted(sequences)
    assert len(set(values(stream.facts, "id"))) == len(names) + 1


@pytest.mark.requirement("R040")
async def test_across_continue_as_new_numbers_rise_and_the_cause_stays(depot: Any) -> None:
    stream = RecordedFacts()
    async with depot(stream) as here:
        handle = await here.start()
        for number in range(EVENTS):
            event = scanned(f"scan-{number}", f"place {number}", traceparent=TRACE, correlation_id="order-9")
            await handle.signal(SCANNED, event)

        async def is_later_run() -> bool:
            status: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
            return status.run_epoch >= 1 and status.applied == EVENTS

        await eventually(is_later_run)
        await ended(handle, traceparent=TRACE)
    assert places(stream.facts) == [f"place {number}" for number in range(EVENTS)]
    sequences, epochs = values(stream.facts, "sequence"), values(stream.facts, "runepoch")
    assert sequences == sorted(sequences)
    assert [int(sequence.partition(".")[2]) for sequence in sequences] == list(range(1, EVENTS + 2))
    assert int(epochs[-1]) >= 1
    assert len(set(values(stream.facts, "id"))) == EVENTS + 1
    assert len(set(values(stream.facts, "processrunid"))) == int(epochs[-1]) + 1
    assert set(values(stream.facts, "traceparent")) == {TRACE}


async def test_facts_of_many_runs_take_no_task_of_their_own(depot: Any) -> None:
    stream = RecordedFacts()
    async with depot(stream) as here:
        handle = await here.start(locally=True)
        for number in range(EVENTS):
            await handle.signal(SCANNED, scanned(f"scan-{number}", f"place {number}"))
        await ended(handle)
        assert await published_as_activities(handle) == 0
    assert int(values(stream.facts, "runepoch")[-1]) >= 1
    assert list(dict.fromkeys(places(stream.facts))) == [f"place {number}" for number in range(EVENTS)]


@pytest.mark.requirement("R040")
async def test_a_run_that_has_seen_no_event_yet_knows_the_cause_of_the_last(depot: Any) -> None:
    stream = RecordedFacts()
    async with depot(stream) as here:
        handle = await here.start()
        for number in range(EVENTS):
            await handle.signal(SCANNED, scanned(f"scan-{number}", "here", traceparent=TRACE))
        await ended(handle)
        history = await here.client.get_workflow_handle(handle.id).fetch_history()
        payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
        carried = CarriedState(**json.loads(payloads[1].data))
        assert carried.run_epoch > 0
        # The same hand-over, but with nothing left to do than to emit the last fact.
        done = encode_bytes(pb.DispatchState(closed=True).SerializeToString())
        stream.facts.clear()
        handle = await here.start(carried=replace(carried, state=done, inbox=[]))
        await handle.result()
    [arrived] = stream.facts
    assert arrived.attributes["traceparent"] == TRACE
    assert arrived.attributes["causationid"].startswith("scan-")
    assert arrived.attributes["sequence"] == f"{carried.run_epoch:010}.{carried.seq + 1:010}"


@pytest.mark.parametrize(
    ("event", "kind"), [(scanned("scan", "Bremen"), "ParcelMoved"), (closed(), "ParcelArrived")]
)
async def test_a_cancellation_waits_for_the_fact(depot: Any, event: pb.DispatchEvent, kind: str) -> None:
    """Of a handler, and of run() where nothing follows that would notice the cancellation."""
    stream = UnreliableStream(failures=2)
    name = EVENT_TYPES[event.WhichOneof("payload") or ""]
    async with depot(stream) as here:
        handle = await here.start(start_signal=name, start_signal_args=[event])
        await stream.attempted.wait()
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as failure:
            await handle.result()
        await replay(REGISTRATION, await handle.fetch_history())
    assert isinstance(failure.value.cause, CancelledError)
    assert values(stream.facts, "type") == [f"dispatch.{kind}.v1"]


@pytest.mark.requirement("R157")
async def test_with_keys_of_its_own_a_fact_is_the_same_when_the_process_is_run_again(depot: Any) -> None:
    stream = RecordedFacts()
    identifier = f"dispatch/{uuid.uuid4()}"
    async with depot(stream) as here:
        for name in (identifier, identifier, f"{identifier}/other"):
            handle = await here.start(
                name, start_signal=SCANNED, start_signal_args=[scanned("scan-1", "Bremen")]
            )
            await ended(handle)
    first, again, other = (fact for fact in stream.facts if fact.attributes["type"].endswith("Arrived.v1"))
    assert first.attributes["id"] == again.attributes["id"] != other.attributes["id"]
    assert first.attributes["processrunid"] != again.attributes["processrunid"]
    moves = [fact for fact in stream.facts if isinstance(fact.message, pb.ParcelMoved)]
    assert len(set(values(moves, "id"))) == 3


@pytest.mark.parametrize("case", ["scanned", "closed"])
async def test_an_event_that_comes_twice_emits_its_facts_once(
    temporal_env: WorkflowEnvironment, case: str
) -> None:
    await assert_same_event_twice_applied_once(temporal_env, REGISTRATION, DispatchRouter(), case)


async def test_the_event_that_is_nothing_but_the_start_is_the_cause_of_the_first_facts(depot: Any) -> None:
    stream = RecordedFacts()
    begun_by = EventMeta(
        event_type="dispatch.Opened.v1", idempotency_key="open-1", schema_version=1, traceparent=TRACE
    )
    async with depot(stream) as here:
        handle = await here.client.start_workflow(
            DispatchWorkflow.run,
            pb.DispatchStart(tenant="acme", parcel="announced"),
            **REGISTRATION.contract.start_arguments(
                f"dispatch/{uuid.uuid4()}", here.task_queue, begun_by=begun_by
            ),
        )
        await ended(handle)
    [fact, _] = stream.facts
    assert (fact.attributes["causationid"], fact.attributes["traceparent"]) == ("open-1", TRACE)
