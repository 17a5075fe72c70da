"""Search attributes, memo, summary and details of running processes, as the server has them."""

import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing import serve_process
from tests.runtime.visibility.gauge import contract
from tests.runtime.visibility.gauge import gauge_pb2 as pb
from tests.runtime.visibility.gauge.registration import GAUGES
from tests.runtime.workflow.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED


@dataclass
class Gauge:
    """One execution, whose handle follows it through Continue-As-New."""

    client: Client
    handle: WorkflowHandle[Any, Any]
    sent: int = 0

    async def set(self, state: pb.GaugeState) -> None:
        await self._send(contract.SET, set=pb.Set(state=state))

    async def close(self, state: pb.GaugeState, *, fails: bool = False) -> None:
        await self._send(contract.CLOSED, closed=pb.Closed(state=state, fails=fails))

    async def _send(self, event_type: str, **payload: Any) -> None:
        self.sent += 1
        meta = pb.Meta(idempotency_key=str(self.sent), tenant="acme", number=7)
        await self.handle.signal(event_type, pb.GaugeEvent(meta=meta, **payload))

    async def attributes(self) -> Mapping[str, Any]:
        found = (await self.handle.describe()).typed_search_attributes.search_attributes
        return {pair.key.name: pair.value for pair in found if pair.key.name.startswith("Gauge")}

    async def shows(self, **expected: Any) -> None:
        """Wait until exactly these attributes are there."""

        async def there() -> bool:
            return await self.attributes() == expected

        await eventually(there)

    async def events(self, event_type: EventType.ValueType) -> list[Any]:
        history = await self.client.get_workflow_handle(
            self.handle.id, run_id=(await self.handle.describe()).run_id
        ).fetch_history()
        return [event for event in history.events if event.event_type == event_type]


@pytest_asyncio.fixture(loop_scope="session")
async def gauge(temporal_env: WorkflowEnvironment) -> AsyncIterator[Gauge]:
    client = temporal_env.client
    async with serve_process(client, GAUGES) as queue:
        handle = await client.start_workflow(
            contract.GAUGE.workflow_type,
            pb.GaugeStart(start_version=1),
            **contract.GAUGE.start_arguments(f"gauge-{uuid.uuid4()}", queue, {"tenant": "acme", "rack": "4"}),
        )
        yield Gauge(client, client.get_workflow_handle(handle.id))


ZERO = {"GaugeLevel": "LEVEL_UNSPECIFIED", "GaugeCount": 0, "GaugeSerial": 0, "GaugeAlarmed": False}
SINCE = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)


def full() -> pb.GaugeState:
    since = Timestamp()
    since.FromDatetime(SINCE)
    return pb.GaugeState(
        site="north",
        level=pb.LEVEL_HIGH,
        count=3,
        serial=9,
        value=0.0,
        alarmed=True,
        since=since,
        tags=["a", "b"],
        place=pb.GaugeState.Place(city="Graz"),
    )


FULL = {
    "GaugeSite": "north",
    "GaugeLevel": "LEVEL_HIGH",
    "GaugeCount": 3,
    "GaugeSerial": 9,
    "GaugeValue": 0.0,
    "GaugeAlarmed": True,
    "GaugeSince": SINCE,
    "GaugeTags": ["a", "b"],
    "GaugeCity": "Graz",
}


async def test_marked_fields_of_every_type_are_indexed_and_unset_with_their_fields(gauge: Gauge) -> None:
    await gauge.shows(**ZERO)
    await gauge.set(full())
    await gauge.shows(**FULL)
    await gauge.set(pb.GaugeState())
    await gauge.shows(**ZERO)
    # What they were in the beginning, all at once, and none again: one command for each change.
    assert len(await gauge.events(UPSERT)) == 3


async def test_executions_are_found_by_what_their_state_says(gauge: Gauge) -> None:
    site = f"site-{uuid.uuid4()}"
    state = full()
    state.site = site
    await gauge.set(state)
    query = f"GaugeSite = '{site}' AND GaugeCount > 2 AND GaugeTags = 'b' AND GaugeAlarmed = true"

    async def found() -> bool:
        return [run.id async for run in gauge.client.list_workflows(query)] == [gauge.handle.id]

    await eventually(found)


async def test_nothing_is_recorded_where_no_marked_field_changed(gauge: Gauge) -> None:
    for _ in range(3):
        await gauge.set(pb.GaugeState())
    await gauge.close(pb.GaugeState())
    await gauge.handle.result()
    assert len(await gauge.events(UPSERT)) == 1


async def test_attributes_last_over_continue_as_new_and_are_not_published_again(gauge: Gauge) -> None:
    await gauge.set(full())
    first = (await gauge.handle.describe()).run_id

    async def continued() -> bool:
        await gauge.set(full())
        return (await gauge.handle.describe()).run_id != first

    await eventually(continued)
    await gauge.shows(**FULL)
    assert await gauge.events(UPSERT) == []
    await gauge.set(pb.GaugeState())
    await gauge.shows(**ZERO)


@pytest.mark.parametrize("fails", [False, True])
async def test_what_the_last_event_changed_is_published_however_the_process_ends(
    gauge: Gauge, fails: bool
) -> None:
    await gauge.close(full(), fails=fails)
    if fails:
        with pytest.raises(WorkflowFailureError):
            await gauge.handle.result()
    else:
        await gauge.handle.result()
    assert await gauge.attributes() == FULL


async def test_a_value_that_temporal_cannot_hold_does_not_hold_the_process_up(gauge: Gauge) -> None:
    await gauge.set(
        pb.GaugeState(
            site="x\0" * 3000,
            level=77,  # type: ignore[arg-type]  # a value of a newer contract
            serial=2**64 - 1,
            value=float("nan"),
            tags=[str(number) * 20 for number in range(1000)],
        )
    )
    await gauge.close(pb.GaugeState(site="ü" * 3000, value=float("inf"), tags=["", "ü" * 200, "x", "x"]))
    await gauge.handle.result()
    assert await gauge.attributes() == {**ZERO, "GaugeSite": "ü" * 255, "GaugeTags": ["ü" * 200, "x"]}
    assert await gauge.events(TASK_FAILED) == []


async def test_a_cancelled_process_has_the_attributes_it_had(gauge: Gauge) -> None:
    await gauge.set(full())
    await gauge.shows(**FULL)
    await gauge.handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await gauge.handle.result()
    assert await gauge.attributes() == FULL


async def test_memo_summary_and_details_say_what_an_execution_is_about(gauge: Gauge) -> None:
    found = await gauge.handle.describe()
    assert await found.memo() == {
        "process": contract.GAUGE.name + "@" + contract.GAUGE.version,
        "key": {"tenant": "acme", "rack": "4"},
        "notes_length": True,
    }
    assert await found.static_summary() == "gauge acme 4"
    details = await found.static_details()
    assert details is not None
    assert details.splitlines() == [f"gauge@{contract.GAUGE.version}", "- tenant: acme", "- rack: 4"]


async def test_a_sensitive_part_of_the_key_and_what_is_too_long_are_not_shown() -> None:
    envelope = pb.GaugeEvent(meta=pb.Meta(tenant="ü" * 5000, number=7))
    shown = contract.GAUGE.shown_key(envelope)
    assert list(shown) == ["tenant"]
    arguments = contract.GAUGE.start_arguments("id", "queue", shown)
    # Temporal takes 400 bytes.
    assert len(arguments["static_summary"].encode("ascii", "backslashreplace")) < 250
    assert len(arguments["static_details"]) < 1000


async def test_the_current_details_tell_the_phase_and_how_many_events_there_were(gauge: Gauge) -> None:
    async def details() -> str:
        metadata: WorkflowMetadata = await gauge.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        return metadata.current_details

    async def watching() -> bool:
        return await details() == "**watching**\n\nevents: 0 applied; run 1"

    async def closed() -> bool:
        return await details() == "**closed**\n\nevents: 2 applied; run 1"

    await eventually(watching)
    await gauge.set(pb.GaugeState())
    await gauge.close(pb.GaugeState())
    await gauge.handle.result()
    await eventually(closed)
