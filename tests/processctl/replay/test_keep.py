"""Which histories are kept in the repo, and which are refused."""

from __future__ import annotations

import gzip
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory

from process_runtime.converter import data_converter
from processctl.moments import moment
from processctl.replay.blanking import Blanking
from processctl.replay.choice import Wanted, chosen
from processctl.replay.keep import Handling, Keeping, RefusedError


def history(*, events: int = 2, workflow_id: str = "orders/pin-1234", run: str = "run-1") -> WorkflowHistory:
    started = HistoryEvent(event_id=1)
    attributes = started.workflow_execution_started_event_attributes
    attributes.workflow_type.name, attributes.original_execution_run_id = "orders.Order", run
    attributes.input.payloads.extend(
        data_converter().payload_converter.to_payloads([StringValue(value="pin-1234")])
    )
    performed = HistoryEvent(event_id=2)
    performed.workflow_task_completed_event_attributes.SetInParent()
    more = [HistoryEvent(event_id=3 + number) for number in range(events - 2)]
    return WorkflowHistory(workflow_id, [started, performed, *more])


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    sensitive = frozenset({"google.protobuf.StringValue.value"})
    blanking = Blanking(data_converter(), sensitive, None, hides_workflow_id=True)
    return Keeping(tmp_path / "histories", "order", blanking, Handling())


def kept(keeping: Keeping, path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert list(keeping.there()) == [path]


@pytest.mark.asyncio(loop_scope="session")
async def test_another_history_of_a_run_is_never_written_over_unasked(keeping: Keeping) -> None:
    first = await keeping.prepare(history())
    assert not first.is_there
    # However somebody has named it since.
    renamed = keeping.folder / "renamed.json.gz"
    kept(keeping, renamed, first.content)

    same = await keeping.prepare(history())
    assert (same.path, same.is_there) == (renamed, True)
    with pytest.raises(RefusedError, match="2 events for 3: --replace"):
        await keeping.prepare(history(events=3))
    longer = await replace(keeping, handling=Handling(replace=True)).prepare(history(events=3))
    assert (longer.path, longer.is_there) == (renamed, False)
    other = await keeping.prepare(history(run="run-2"))
    assert other.path.parent == keeping.folder
    assert other.path != renamed


@pytest.mark.asyncio(loop_scope="session")
async def test_a_history_that_is_too_large_is_refused(keeping: Keeping) -> None:
    size = len((await keeping.prepare(history())).content)
    await replace(keeping, handling=Handling(max_bytes=size)).prepare(history())
    with pytest.raises(RefusedError, match=f"above --max-bytes {size - 1:,}"):
        await replace(keeping, handling=Handling(max_bytes=size - 1)).prepare(history())


@pytest.mark.asyncio(loop_scope="session")
async def test_payloads_are_kept_as_they_are_where_somebody_asks_for_it(keeping: Keeping) -> None:
    as_it_is = replace(keeping, handling=Handling(keep_payloads=True))
    whole = await as_it_is.prepare(history())
    blank = await keeping.prepare(history())
    secret = b64encode(b'"pin-1234"')
    assert secret in gzip.decompress(whole.content)
    assert secret not in gzip.decompress(blank.content)
    assert (whole.values, blank.values) == (0, 1)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_payload_that_nobody_can_look_into_is_refused_unless_somebody_asks_for_it(
    keeping: Keeping,
) -> None:
    closed = history()
    fields = closed.events[0].workflow_execution_started_event_attributes.memo.fields
    fields["m"].CopyFrom(Payload(metadata={"encoding": b"binary/encrypted"}, data=b"x"))
    with pytest.raises(RefusedError, match="event 1: a payload is encrypted, and PAYLOAD_KEYS_FILE"):
        await keeping.prepare(closed)
    await replace(keeping, handling=Handling(keep_undecoded=True)).prepare(closed)


def test_query_and_age_narrow_what_is_looked_at() -> None:
    since = moment("2026-11-03T10:00:00+02:00")
    wanted = Wanted("ExecutionStatus = 'Running' OR CloseTime > '2026-01-01T00:00:00Z'", since)
    assert wanted.of("orders.Order") == (
        "WorkflowType = 'orders.Order' "
        "AND (ExecutionStatus = 'Running' OR CloseTime > '2026-01-01T00:00:00Z') "
        "AND StartTime >= '2026-11-03T08:00:00+00:00'"
    )


class Server:
    """Executions, without the server: one for each text, a letter for what happened in turn."""

    def __init__(self, *courses: str) -> None:
        self.courses = courses

    async def list_workflows(self, _query: str, limit: int) -> object:
        for place, _ in enumerate(self.courses[:limit]):
            yield type("Execution", (), {"id": str(place), "run_id": str(place)})

    def get_workflow_handle(self, place: str, run_id: str) -> Server:
        return Server(self.courses[int(place)])

    async def fetch_history(self) -> WorkflowHistory:
        return went(self.courses[0])


def went(course: str) -> WorkflowHistory:
    began = history()
    for letter in f"w{course}":
        event = HistoryEvent(event_id=len(began.events) + 1)
        if letter == "w":
            event.workflow_task_completed_event_attributes.SetInParent()
        else:
            event.activity_task_scheduled_event_attributes.activity_type.name = letter
        began = WorkflowHistory(course, [*began.events, event])
    return began


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("there", "courses", "limit", "taken"),
    [
        ([], ["ab", "ab", "b"], 2, ["ab", "b"]),
        ([], ["ab", "awb", "aab", "ba"], 2, ["ab", "ba"]),
        (["ab"], ["ab", "b"], 1, ["b"]),
        (["ab"], ["ab", "ab"], 1, ["ab"]),
        ([], ["ab", "ab", "ab"], 2, ["ab", "ab"]),
        ([], ["ab", "ab", "ab", "ab", "b"], 1, ["ab"]),
    ],
)
async def test_executions_that_went_another_way_come_first(
    there: list[str], courses: list[str], limit: int, taken: list[str]
) -> None:
    server: Client = Server(*courses)  # type: ignore[assignment]
    found = chosen(server, "orders.Order", Wanted(limit=limit), map(went, there))
    assert [each.workflow_id async for each in found] == taken
