"""The HTTP adapter against a real Temporal server: what is answered, and what the process got."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.protobuf import json_format
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import RawValue
from temporalio.worker import Worker

from process_runtime.ingress import Subscription
from tests.runtime.ingress.parcels import PARCEL, RECEIPT, event, workflow_id
from tests.runtime.ingress.rig import HTTP, StartIngress

JSON = {"content-type": "application/json"}
PROTOBUF = {"content-type": "application/protobuf"}


@pytest.fixture
def key() -> str:
    return uuid4().hex[:8]


def as_json(envelope: Any) -> str:
    return json_format.MessageToJson(envelope)


def cloud_event(envelope: Any, event_type: str = "parcels.Posted.v1") -> CloudEvent:
    attributes = {"type": event_type, "source": "/t", "id": envelope.meta.idempotency_key}
    return CloudEvent(
        attributes | {"datacontenttype": "application/json"}, json_format.MessageToDict(envelope)
    )


async def received(client: Client, key: str) -> list[str]:
    events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
    return events


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    return body


@pytest.mark.requirement("R041", "R089", "R090", "R122")
async def test_events_reach_the_process_in_order_and_start_it(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        first = await ingress.http.post("/events", content=as_json(event("posted", key, 1)), headers=JSON)
        assert first.status_code == 202
        assert first.json() == {
            "outcome": "delivered",
            "workflowId": workflow_id(key),
            "eventType": "parcels.Posted.v1",
        }
        scanned = event("scanned", key, 2, gate=2**62).SerializeToString()
        second = await ingress.http.post("/events/parcels", content=scanned, headers=PROTOBUF)
        assert second.status_code == 202
        assert await received(client, key) == [f"parcels.Posted.v1 {key}-1", f"parcels.Scanned.v1 {key}-2"]
        calls = "process_temporal_calls_total"
        assert ingress.metric(calls, process="parcel", call="signal_with_start") == 1
        assert ingress.metric(calls, process="parcel", call="signal") == 1
        page = (await ingress.http.get("/metrics")).text
        events = (
            'process_ingress_events_total{outcome="delivered",process="parcel",subscription="parcels"} 2.0'
        )
        assert events in page


@pytest.mark.requirement("R089")
async def test_cloudevents_of_every_mode_reach_the_process(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        for number, mode in enumerate((to_binary_event, to_structured_event)):
            http = mode(cloud_event(event("posted", key, number)))
            answer = await ingress.http.post("/events", content=http.body, headers=http.headers)
            assert answer.status_code == 202, answer.text
        batch = [JSONFormat().write(cloud_event(event("posted", key, number))) for number in (2, 3)]
        answer = await ingress.http.post(
            "/events",
            content=b"[" + b",".join(batch) + b"]",
            headers={"content-type": "application/cloudevents-batch+json"},
        )
        assert answer.status_code == 202
        assert [result["outcome"] for result in answer.json()["results"]] == ["delivered"] * 2
        assert await received(client, key) == [f"parcels.Posted.v1 {key}-{number}" for number in range(4)]


async def test_an_update_is_answered_with_its_reply(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        weigh = as_json(event("weigh", key, 1))
        answer = await ingress.http.post("/events", content=weigh, headers=JSON)
        assert (answer.status_code, answer.json()["reply"]) == (200, {"grams": 100})
        await ingress.http.post("/events", content=as_json(event("posted", key, 2)), headers=JSON)
        again = await ingress.http.post("/events", content=weigh, headers=JSON)
        assert (again.status_code, again.json()["reply"]) == (200, {"grams": 100})
        recount = await ingress.http.post("/events", content=as_json(event("recount", key, 3)), headers=JSON)
        assert (recount.status_code, recount.json()["reply"]) == (200, {"grams": -1})


async def test_an_update_that_the_process_refuses_is_answered_with_what_it_said(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str, tmp_path: Path
) -> None:
    dead = tmp_path / "dead.jsonl"
    async with start_ingress(DEAD_LETTER_FILE=str(dead)) as ingress:
        await ingress.ready()
        weigh = event("weigh", key, 1, refuse=True)
        answer = await ingress.http.post("/events", content=as_json(weigh), headers=JSON)
        body = problem(answer, 422)
        assert (body["type"], body["reason"]) == ("urn:process:problem:rejected", "rejected")
        assert body["detail"] == "the scales are out of order"
        assert body["rejection"] == {
            "type": "ScalesBroken",
            "message": "the scales are out of order",
            "details": [{"grams": 7}],
        }
        assert not dead.exists()


async def test_an_update_may_have_a_key_longer_than_an_update_id(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    weigh = event("weigh", key, 1)
    weigh.meta.idempotency_key = f"{key}-" + "k" * 5_000
    async with start_ingress() as ingress:
        await ingress.ready()
        await ingress.http.post("/events", content=as_json(event("posted", key, 2)), headers=JSON)
        first = await ingress.http.post("/events", content=as_json(weigh), headers=JSON)
        await ingress.http.post("/events", content=as_json(event("posted", key, 3)), headers=JSON)
        again = await ingress.http.post("/events", content=as_json(weigh), headers=JSON)
        assert [answer.status_code for answer in (first, again)] == [200, 200]
        assert first.json()["reply"] == again.json()["reply"] == {"grams": 101}


async def test_an_update_asked_again_after_the_process_has_closed_is_answered_as_before(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        weigh, recount = as_json(event("weigh", key, 1)), as_json(event("recount", key, 2))
        first = [await ingress.http.post("/events", content=body, headers=JSON) for body in (weigh, recount)]
        await ingress.http.post("/events", content=as_json(event("delivered", key, 3)), headers=JSON)
        await client.get_workflow_handle(workflow_id(key)).result()
        again = [await ingress.http.post("/events", content=body, headers=JSON) for body in (weigh, recount)]
        assert [answer.status_code for answer in first + again] == [200] * 4
        assert [answer.json()["reply"] for answer in first] == [answer.json()["reply"] for answer in again]


@workflow.defn(name=PARCEL.workflow_type, sandboxed=False)
class OddParcelWorkflow:
    """Answers in an encoding that nobody knows."""

    @workflow.run
    async def run(self, start: RawValue) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update(name="parcels.Weigh.v1")
    async def weigh(self, envelope: RawValue) -> RawValue:
        return RawValue(Payload(metadata={"encoding": b"of another planet"}, data=b"?"))


async def test_an_update_whose_reply_cannot_be_decoded_is_delivered_all_the_same(
    start_ingress: StartIngress, client: Client, key: str
) -> None:
    async with (
        Worker(client, task_queue=key, workflows=[OddParcelWorkflow]),
        start_ingress(TEMPORAL_TASK_QUEUE=key) as ingress,
    ):
        await ingress.ready()
        answer = await ingress.http.post("/events", content=as_json(event("weigh", key, 1)), headers=JSON)
        assert answer.status_code == 202
        assert "reply" not in answer.json()


async def test_an_update_that_no_worker_takes_has_to_come_again(
    start_ingress: StartIngress, key: str, tmp_path: Path
) -> None:
    bindings = tmp_path / "bindings.json"
    bindings.write_text(json.dumps({"parcels": {"request_timeout": "200ms"}}))
    async with start_ingress(INGRESS_BINDINGS_FILE=str(bindings), DELIVERY_TIMEOUT="200ms") as ingress:
        await ingress.ready()
        weigh = as_json(event("weigh", key, 1))
        body = problem(await ingress.http.post("/events", content=weigh, headers=JSON), 503)
        assert "in time" in body["detail"]


@pytest.mark.requirement("R017", "R052")
async def test_a_transaction_is_started_once_however_often_its_event_comes(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        issued = as_json(event("issued", key, 1, cents=250))
        outcomes = []
        for _ in range(3):
            answer = await ingress.http.post("/events", content=issued, headers=JSON)
            assert answer.status_code == 202
            outcomes.append(answer.json()["outcome"])
        assert outcomes == ["delivered", "duplicate", "duplicate"]
        handle = client.get_workflow_handle(f"proc/receipt/{key}-1")
        assert await handle.result() == 250
        after = await ingress.http.post("/events", content=issued, headers=JSON)
        assert after.json()["outcome"] == "duplicate"
        history = await handle.fetch_history()
        started = history.events[0].workflow_execution_started_event_attributes
        assert started.workflow_execution_timeout.ToTimedelta() == RECEIPT.execution_timeout
        # There is no signal by which the process would know what led to it.
        memo = await (await handle.describe()).memo()
        assert memo["begun_by"] == {"causation_id": f"{key}-1"}


@pytest.mark.requirement("R012")
@pytest.mark.parametrize("case", ["posted", "scanned", "weigh", "recount"])
async def test_an_event_for_a_closed_process_is_late(  # noqa: PLR0917
    start_ingress: StartIngress, client: Client, worker: Worker, key: str, case: str, tmp_path: Path
) -> None:
    dead = tmp_path / "dead.jsonl"
    async with start_ingress(DEAD_LETTER_FILE=str(dead)) as ingress:
        await ingress.ready()
        await ingress.http.post("/events", content=as_json(event("delivered", key, 1)), headers=JSON)
        handle = client.get_workflow_handle(workflow_id(key))
        await handle.result()
        answer = await ingress.http.post("/events", content=as_json(event(case, key, 2)), headers=JSON)
        assert problem(answer, 409)["reason"] == "late"
        (letter,) = map(json.loads, dead.read_text().splitlines())
        assert (letter["reason"], letter["process"], letter["adapter"]) == ("late", "parcel", "http")
        assert ingress.metric("process_dead_letters_total", process="parcel", reason="late") == 1
        executions = [found async for found in client.list_workflows(f"WorkflowId = '{workflow_id(key)}'")]
        assert [found.status for found in executions] in ([WorkflowExecutionStatus.COMPLETED], [])


async def test_an_event_that_cannot_start_a_process_is_told_that_none_runs(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress(NO_PROCESS_WAIT="0s") as ingress:
        await ingress.ready()
        for case in ("scanned", "recount"):
            answer = await ingress.http.post("/events", content=as_json(event(case, key, 1)), headers=JSON)
            assert problem(answer, 409)["reason"] == "no_process"


@pytest.mark.requirement("R064", "R089")
async def test_what_can_never_succeed_is_a_problem_document_and_makes_no_temporal_call(
    start_ingress: StartIngress, key: str, tmp_path: Path
) -> None:
    dead = tmp_path / "dead.jsonl"
    async with start_ingress(DEAD_LETTER_FILE=str(dead)) as ingress:
        await ingress.ready()
        secret = {"authorization": "Bearer hunter2", "cookie": "hunter2", "x-api-key": "hunter2"}
        assert (
            problem(await ingress.http.post("/events", content="{", headers=JSON | secret), 400)["reason"]
            == "undecodable"
        )
        assert (
            problem(await ingress.http.post("/events", content="{}", headers=JSON), 422)["reason"]
            == "invalid"
        )
        newer = {"meta": json_format.MessageToDict(event("posted", key, 1).meta), "invented": {}}
        assert problem(await ingress.http.post("/events", json=newer), 422)["reason"] == "unknown_type"
        problem(await ingress.http.post("/events", content="x", headers={"content-type": "text/plain"}), 415)
        problem(
            await ingress.http.post("/events", content="x", headers=JSON | {"content-encoding": "br"}), 415
        )
        problem(await ingress.http.post("/events/nobody", content="{}", headers=JSON), 404)
        assert (await ingress.http.get("/events")).status_code == 405
        letters = [json.loads(line) for line in dead.read_text().splitlines()]
        assert [letter["reason"] for letter in letters] == [
            "undecodable",
            "invalid",
            "unknown_type",
            "undecodable",
        ]
        assert "hunter2" not in dead.read_text()
        assert "process_temporal_calls_total{" not in (await ingress.http.get("/metrics")).text


async def test_a_sender_that_hangs_up_within_the_body_is_no_crash(
    start_ingress: StartIngress, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with start_ingress() as ingress:
        url = ingress.http.base_url
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /events HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        # The server has seen the end of the first connection when it answers on another one.
        answers = [await ingress.http.get("/healthz") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
    assert not [record for record in caplog.records if record.exc_info]


async def test_too_large_a_body_is_refused(start_ingress: StartIngress, key: str, tmp_path: Path) -> None:
    bindings = tmp_path / "bindings.json"
    bindings.write_text(json.dumps({"parcels": {"max_body_bytes": 2000}}))
    async with start_ingress(INGRESS_BINDINGS_FILE=str(bindings), MAX_EVENT_BYTES="1000") as ingress:
        await ingress.ready()

        async def chunks() -> Any:
            for _ in range(100):
                yield b"x" * 100

        for content in (b"x" * 1001, b"x" * 2001, chunks()):
            answer = await ingress.http.post("/events", content=content, headers=JSON)
            assert problem(answer, 413)["reason"] == "too_large"


async def test_what_temporal_finds_too_large_is_refused_and_not_tried_for_ever(
    start_ingress: StartIngress, client: Client, key: str
) -> None:
    async with start_ingress(MAX_EVENT_BYTES="3900000") as ingress:
        await ingress.ready()
        # As protobuf JSON bytes grow by a third, beyond the server's limit of 2 MiB.
        big = event("posted", key, 1, label=b"\xff" * 2_000_000).SerializeToString()
        answer = await ingress.http.post("/events", content=big, headers=PROTOBUF)
        assert problem(answer, 413)["reason"] == "too_large"


@pytest.mark.parametrize("what", ["timestamp", "any"])
async def test_values_that_have_no_json_form_are_invalid(
    start_ingress: StartIngress, worker: Worker, key: str, what: str
) -> None:
    envelope = event("posted", key, 1)
    if what == "timestamp":
        envelope.posted.at.seconds = 2**60
    else:
        envelope.posted.more.type_url = "type.example/hunter2"
    async with start_ingress() as ingress:
        await ingress.ready()
        answer = await ingress.http.post("/events", content=envelope.SerializeToString(), headers=PROTOBUF)
        body = problem(answer, 422)
        assert body["reason"] == "invalid"
        assert "hunter2" not in answer.text


async def test_a_batch_of_which_a_part_succeeds_says_which(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress() as ingress:
        await ingress.ready()
        good = JSONFormat().write(cloud_event(event("posted", key, 1)))
        contradictory = JSONFormat().write(cloud_event(event("posted", key, 2), "parcels.Scanned.v1"))
        headers = {"content-type": "application/cloudevents-batch+json"}
        answer = await ingress.http.post(
            "/events", content=b"[%b,%b,{}]" % (good, contradictory), headers=headers
        )
        assert answer.status_code == 207
        results = answer.json()["results"]
        assert [result["outcome"] for result in results] == ["delivered", "rejected", "rejected"]
        assert [result.get("reason") for result in results] == [None, "invalid", "undecodable"]
        assert await received(client, key) == [f"parcels.Posted.v1 {key}-1"]
        nothing = await ingress.http.post("/events", content=b"[%b,{}]" % contradictory, headers=headers)
        assert len(problem(nothing, 422)["results"]) == 2
        empty = await ingress.http.post("/events", content=b"[]", headers=headers)
        assert (empty.status_code, empty.json()) == (202, {"results": []})


@pytest.mark.requirement("R021", "R022", "R124")
async def test_the_task_queue_of_the_environment_overrides_the_contract(
    start_ingress: StartIngress, client: Client, key: str
) -> None:
    async with start_ingress(TEMPORAL_TASK_QUEUE="elsewhere") as ingress:
        await ingress.ready()
        await ingress.http.post("/events", content=as_json(event("posted", key, 1)), headers=JSON)
        await ingress.http.post("/events", content=as_json(event("issued", key, 1)), headers=JSON)
        for name in (workflow_id(key), f"proc/receipt/{key}-1"):
            assert (await client.get_workflow_handle(name).describe()).task_queue == "elsewhere"


async def test_several_subscriptions_are_told_apart_by_path(
    start_ingress: StartIngress, client: Client, key: str
) -> None:
    async with start_ingress([HTTP, Subscription("others", "http", "others")]) as ingress:
        await ingress.ready()
        body = as_json(event("posted", key, 1))
        assert (
            "others, parcels"
            in problem(await ingress.http.post("/events", content=body, headers=JSON), 404)["detail"]
        )
        for path in ("/events/parcels", "/events/others"):
            assert (await ingress.http.post(path, content=body, headers=JSON)).status_code == 202
        outcome = {"process": "parcel", "outcome": "delivered"}
        assert ingress.metric("process_ingress_events_total", subscription="others", **outcome) == 1


@pytest.mark.requirement("R111", "R116", "R117")
async def test_while_temporal_is_away_it_answers_come_again(start_ingress: StartIngress, key: str) -> None:
    async with start_ingress(address="127.0.0.1:1") as ingress:
        not_ready = await ingress.not_ready()
        assert (await ingress.http.get("/healthz")).status_code == 200
        body = as_json(event("posted", key, 1))
        answer = await ingress.http.post("/events", content=body, headers=JSON)
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
        batch = await ingress.http.post(
            "/events",
            content=b"[%b,{}]" % JSONFormat().write(cloud_event(event("posted", key, 1))),
            headers={"content-type": "application/cloudevents-batch+json"},
        )
        assert batch.status_code == 503
        assert batch.headers["retry-after"]
        assert [result["outcome"] for result in batch.json()["results"]] == ["retry", "rejected"]
        conditions = {condition["type"]: condition for condition in not_ready["conditions"]}
        assert conditions["TemporalReady"]["status"] == "False"


async def test_while_stopping_it_finishes_what_it_has_and_takes_no_more(
    start_ingress: StartIngress, client: Client, worker: Worker, key: str
) -> None:
    async with start_ingress(NO_PROCESS_WAIT="1h") as ingress:
        await ingress.ready()
        waiting = asyncio.create_task(
            ingress.http.post("/events", content=as_json(event("scanned", key, 1)), headers=JSON)
        )
        await ingress.counted("retry")
        await ingress.stop()
        problem(await waiting, 503)
        late = await ingress.http.post("/events", content=as_json(event("posted", key, 1)), headers=JSON)
        problem(late, 503)
