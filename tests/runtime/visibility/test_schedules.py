"""Schedules of contracts on the real server: what they start, and which of them there are."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import DescribeScheduleRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleBackfill,
    ScheduleDescription,
    ScheduleOverlapPolicy,
    ScheduleSpec,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)

from process_runtime.contract import ProcessContract
from process_runtime.converter import data_converter
from process_runtime.schedules import Change, ScheduleAction, ScheduleError, Schedules, apply, plan
from process_runtime.testing import replay, serve_process
from process_runtime.workflow import ScheduledProcess
from tests.runtime.payloads.vault import new_key, settings, write_keys
from tests.runtime.visibility.gauge import contract
from tests.runtime.visibility.gauge import gauge_pb2 as pb
from tests.runtime.visibility.gauge.registration import GAUGES, READINGS
from tests.runtime.workflow.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACME = {"tenant": "acme", "number": 7}
BETA = {"tenant": "beta/x", "number": 8}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def readings(task_queue: str = "", *keys: dict[str, Any]) -> Schedules:
    wanted = {"reading": {"daily": keys}} if keys else {}
    return Schedules([contract.READING], [contract.SCHEDULED_READING], wanted, task_queue)


def gauges(task_queue: str = "", *keys: dict[str, Any]) -> Schedules:
    wanted = {"gauge": {"yearly": keys}}
    return Schedules([contract.GAUGE], [contract.SCHEDULED_GAUGE], wanted, task_queue)


def schedule_id(schedules: Schedules, name: str) -> str:
    (found,) = [wanted for wanted in schedules.desired if f"/{name}" in wanted]
    return found


def actions(changes: list[Change]) -> list[ScheduleAction]:
    return [change.action for change in changes]


async def described(client: Client, wanted: str) -> ScheduleDescription:
    return await client.get_schedule_handle(wanted).describe()


@asynccontextmanager
async def applied(client: Client, schedules: Schedules) -> AsyncIterator[Schedules]:
    """Schedules as they should be; those that fire by themselves do so once a day or year."""
    await apply(client, schedules)
    yield schedules
    for wanted in schedules.desired:
        await client.get_schedule_handle(wanted).delete()


async def ended(client: Client, workflow_id: str) -> pb.GaugeResult:
    """The result of an execution that a schedule is about to start."""

    async def exists() -> bool:
        return bool([run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")])

    await eventually(exists)
    result: pb.GaugeResult = await client.get_workflow_handle(
        workflow_id, result_type=pb.GaugeResult
    ).result()
    return result


async def starters(client: Client, schedules: Schedules, count: int) -> list[Any]:
    """The results of what the schedules ran, in order, once there are so many."""
    query = " OR ".join(f"WorkflowId STARTS_WITH '{wanted}-'" for wanted in schedules.desired)
    found: dict[str, str] = {}

    async def all_there() -> bool:
        found.update({run.run_id: run.id async for run in client.list_workflows(query)})
        return len(found) >= count

    await eventually(all_there)
    assert len(found) == count
    handles = [client.get_workflow_handle(each, run_id=run) for run, each in found.items()]
    results = sorted([await handle.result() for handle in handles])
    for handle in handles:
        await replay(READINGS, await handle.fetch_history())
    return results


async def test_a_scheduled_run_is_as_if_an_event_had_started_it(empty_namespace: Client) -> None:
    client = empty_namespace
    async with serve_process(client, READINGS) as queue, applied(client, readings(queue)) as schedules:
        handle = client.get_schedule_handle(schedule_id(schedules, "daily"))
        window = ScheduleBackfill(start_at=NOON - timedelta(hours=30), end_at=NOON)
        await handle.backfill(window)
        workflow_id = "proc/reading/schedule:daily:2026-01-05T00:00:00Z"
        result = await ended(client, workflow_id)
        assert result.start.start_version == 1
        assert result.start.started_at.ToDatetime(tzinfo=UTC) == datetime(2026, 1, 5, tzinfo=UTC)
        found = await client.get_workflow_handle(workflow_id).describe()
        assert found.task_queue == queue
        assert (await found.memo())["process"] == f"reading@{contract.READING.version}"
        assert await starters(client, schedules, 1) == ["completed"]
        # The same time again is the same run, which the contract allows once.
        await handle.backfill(replace(window, overlap=ScheduleOverlapPolicy.ALLOW_ALL))
        assert await starters(client, schedules, 2) == ["completed", "not started"]
        assert len([run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")]) == 1


async def test_each_key_has_a_schedule_and_its_runs_are_told_apart(empty_namespace: Client) -> None:
    client = empty_namespace
    async with (
        serve_process(client, READINGS) as queue,
        applied(client, readings(queue, ACME, BETA)) as schedules,
    ):
        daily = [wanted for wanted in schedules.desired if "/daily/" in wanted]
        assert len(daily) == 2
        # The number is sensitive, and so is only there as a digest.
        assert not [wanted for wanted in daily if wanted.endswith(("/7", "/8"))]
        for wanted in daily:
            await client.get_schedule_handle(wanted).backfill(
                ScheduleBackfill(start_at=NOON - timedelta(hours=13), end_at=NOON)
            )
        assert await starters(client, schedules, 2) == ["completed", "completed"]
        query = f"WorkflowType = '{contract.READING.workflow_type}'"
        ids: list[str] = []

        async def both_listed() -> bool:
            ids[:] = sorted([run.id async for run in client.list_workflows(query)])
            return len(ids) >= 2

        await eventually(both_listed)
        assert len(ids) == 2
        assert ids[0].startswith("proc/reading/schedule:daily:2026-01-05T00:00:00Z:acme%2F")
        tenants = {(await ended(client, each)).start.tenant for each in ids}
        assert tenants == {"acme", "beta/x"}


async def test_encrypted_schedules_are_found_again_and_run(empty_namespace: Client, tmp_path: Path) -> None:
    keys = write_keys(tmp_path / "keys.json", "k1", k1=new_key())
    config = empty_namespace.config(active_config=True)
    config["data_converter"] = data_converter(settings(payload_keys_file=keys))
    client = Client(**config)
    async with serve_process(client, READINGS) as queue, applied(client, readings(queue, ACME)) as schedules:
        assert actions(await plan(client, schedules)) == ["keep", "keep"]
        (wanted,) = [name for name in schedules.desired if "/daily/" in name]
        request = DescribeScheduleRequest(namespace=client.namespace, schedule_id=wanted)
        raw = await client.workflow_service.describe_schedule(request)
        start = raw.schedule.action.start_workflow
        assert b"acme" not in start.input.SerializeToString()
        await client.get_schedule_handle(wanted).backfill(
            ScheduleBackfill(start_at=NOON - timedelta(hours=13), end_at=NOON)
        )

        async def completed() -> bool:
            query = f"WorkflowType = '{contract.READING.workflow_type}' AND ExecutionStatus = 'Completed'"
            return len([run async for run in client.list_workflows(query)]) == 1

        await eventually(completed)


async def test_an_entity_is_started_under_its_own_id_and_an_overlapping_run_follows_the_contract(
    empty_namespace: Client,
) -> None:
    client = empty_namespace
    async with serve_process(client, GAUGES) as queue, applied(client, gauges(queue, ACME)) as schedules:
        (wanted,) = schedules.desired
        schedule = client.get_schedule_handle(wanted)
        await schedule.trigger()
        gauge = client.get_workflow_handle("proc/gauge/acme/7")

        async def watches() -> bool:
            found = [run async for run in client.list_workflows("WorkflowId = 'proc/gauge/acme/7'")]
            return bool(found) and await gauge.query("phase") == "watching"

        await eventually(watches)
        # CANCEL_OTHER: what runs is cancelled as a person would cancel it, and its successor begins after it.
        await schedule.trigger()
        with pytest.raises(WorkflowFailureError):
            await gauge.result()
        assert (await gauge.describe()).status is WorkflowExecutionStatus.CANCELED

        async def second_ended() -> bool:
            runs = [run async for run in client.list_workflows(f"WorkflowId STARTS_WITH '{wanted}-'")]
            return sorted(str(run.status and run.status.name) for run in runs) == ["CANCELED", "COMPLETED"]

        await eventually(second_ended)
        # REJECT_DUPLICATE allows the gauge once.
        results = [
            await client.get_workflow_handle(run.id, run_id=run.run_id).result()
            async for run in client.list_workflows(
                f"WorkflowId STARTS_WITH '{wanted}-' AND ExecutionStatus = 'Completed'"
            )
        ]
        assert results == ["not started"]
        async for run in client.list_workflows(f"WorkflowId STARTS_WITH '{wanted}-'"):
            starter = client.get_workflow_handle(run.id, run_id=run.run_id)
            await replay(GAUGES, await starter.fetch_history())


async def test_an_entity_without_keys_has_no_schedule_and_a_transaction_has_one(
    empty_namespace: Client,
) -> None:
    nothing = Schedules([contract.GAUGE], [contract.SCHEDULED_GAUGE], {})
    assert list(nothing.desired) == []
    assert list(readings().desired) == ["schedule/reading/daily", "schedule/reading/january"]
    chosen = Schedules([contract.READING], [contract.SCHEDULED_READING], {"reading": {"daily": []}})
    assert list(chosen.desired) == ["schedule/reading/january"]
    assert await plan(empty_namespace, nothing) == []


async def test_schedules_are_what_the_contract_says(empty_namespace: Client) -> None:
    client = empty_namespace
    async with applied(client, readings()) as schedules:
        found = await described(client, schedule_id(schedules, "january"))
        assert found.schedule.policy.overlap is ScheduleOverlapPolicy.BUFFER_ONE
        assert found.schedule.policy.catchup_window == timedelta(hours=1)
        assert found.schedule.spec.time_zone_name == "Europe/Berlin"
        due = found.info.next_action_times[0]
        assert (due.month, due.day, due.hour, due.minute) in [(1, 1, 1, 15), (1, 1, 2, 15)]
        assert due.astimezone(UTC).hour == 1
        assert (await described(client, schedule_id(schedules, "daily"))).schedule.spec.intervals[
            0
        ].every == timedelta(days=1)


def changed(**options: Any) -> ScheduledProcess:
    """The readings with another first schedule."""
    first, *others = contract.SCHEDULED_READING.schedules
    return replace(contract.SCHEDULED_READING, schedules=(replace(first, **options), *others))


async def test_what_changed_is_updated_and_what_is_gone_removed_and_the_rest_left_alone(
    empty_namespace: Client,
) -> None:
    client = empty_namespace
    assert actions(await plan(client, readings())) == ["create", "create"]
    assert actions(await apply(client, readings())) == ["create", "create"]
    assert actions(await apply(client, readings())) == ["keep", "keep"]
    daily = client.get_schedule_handle("schedule/reading/daily")
    await daily.pause(note="stocktaking")
    contracts: list[ProcessContract] = [contract.READING]
    hourly = Schedules(contracts, [changed(interval=timedelta(hours=1), overlap="SKIP")], {})
    assert actions(await apply(client, hourly)) == ["update", "keep"]
    found = (await daily.describe()).schedule
    assert found.spec.intervals[0].every == timedelta(hours=1)
    assert found.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert found.state.paused
    assert found.state.note == "stocktaking"
    # A contract without schedules: what was its own goes, once the server's list shows it.
    none = Schedules(contracts, [], {})

    async def removable() -> bool:
        return actions(await plan(client, none)) == ["delete", "delete"]

    await eventually(removable)
    assert actions(await apply(client, none)) == ["delete", "delete"]

    async def gone() -> bool:
        return [listed async for listed in await client.list_schedules()] == []

    await eventually(gone)


async def test_nobody_elses_schedule_is_touched(empty_namespace: Client) -> None:
    client = empty_namespace
    theirs = Schedule(
        action=ScheduleActionStartWorkflow("theirs", id="theirs", task_queue="theirs"),
        spec=ScheduleSpec(cron_expressions=["@yearly"]),
    )
    others = {
        "schedule/reading/by-hand": {},
        "by-hand": {"managed_by": "protoc-gen-process/reading"},
        "schedule/gauge/by-hand": {"managed_by": "protoc-gen-process/gauge"},
        "schedule/reading@other/daily": {"managed_by": "protoc-gen-process/reading@other"},
    }
    for name, memo in others.items():
        await client.create_schedule(name, theirs, memo=memo)

    async def all_listed() -> bool:
        return {listed.id async for listed in await client.list_schedules()} >= set(others)

    await eventually(all_listed)
    assert actions(await apply(client, readings())) == ["create", "create"]
    await eventually(all_listed)
    # Under an ID that is ours but for the owner, nothing is done at all.
    await client.get_schedule_handle("schedule/reading/daily").delete()
    await client.create_schedule("schedule/reading/daily", theirs)
    with pytest.raises(ScheduleError, match=r"schedule/reading/daily: .* somebody else"):
        await apply(client, readings())
    action = (await described(client, "schedule/reading/daily")).schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    assert action.workflow == "theirs"


async def test_several_may_apply_at_once(empty_namespace: Client) -> None:
    client = empty_namespace
    await asyncio.gather(*(apply(client, readings("", ACME)) for _ in range(5)))
    assert actions(await plan(client, readings("", ACME))) == ["keep", "keep"]
    none = Schedules([contract.READING], [], {})

    async def removable() -> bool:
        return len(await plan(client, none)) == 2

    await eventually(removable)
    await asyncio.gather(*(apply(client, none) for _ in range(5)))
    assert actions(await plan(client, readings("", ACME))) == ["create", "create"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "neither JSON"),
        ("[]", "write {"),
        ('{"gauge": {"yearly": [{"tenant": true, "number": 1}]}}', "write {"),
        ('{"nobody": {}}', "nobody: no such process"),
        ('{"gauge": {"weekly": []}}', r"gauge.weekly: no such schedule \(there are rarely, yearly\)"),
        ('{"gauge": {"yearly": [{"tenant": "s3cret"}]}}', "tenant, number, all of them and no others"),
        ('{"gauge": {"yearly": [{"tenant": "s3cret", "number": "s3cret"}]}}', "TypeError"),
        ('{"gauge": {"yearly": [{"tenant": "", "number": 1}]}}', "WorkflowIdError"),
        (json.dumps({"gauge": {"yearly": [ACME, ACME]}}), "a key stands there twice"),
    ],
)
async def test_keys_that_do_not_fit_are_refused_without_their_values(
    tmp_path: Path, content: str, problem: str
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(ScheduleError, match=problem) as raised:
        Schedules.read([contract.GAUGE], [contract.SCHEDULED_GAUGE], path)
    assert "s3cret" not in str(raised.value)


async def test_one_file_serves_several_worker_groups(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[[gauge.yearly]]\ntenant = "acme"\nnumber = 7\n')
    mine = Schedules.read([contract.READING], [contract.SCHEDULED_READING], path, partial=True)
    assert len(mine.desired) == 2
    theirs = Schedules.read([contract.GAUGE], [contract.SCHEDULED_GAUGE], path)
    assert len(theirs.desired) == 1
