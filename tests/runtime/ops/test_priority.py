"""Priority and fairness: what the settings say stands in the history of what ingress and clients start."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.common import Priority
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from process_runtime.client import CommandRejected, ProcessClient
from process_runtime.config import (
    ConfigError,
    IngressSettings,
    WorkerSettings,
    load_settings,
    priority_problems,
)
from process_runtime.contract import KeyField
from process_runtime.ingress import run_ingress
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import RawMessage, RoutedEvent
from process_runtime.metrics import Metrics
from process_runtime.priority import TaskPriorities
from process_runtime.schedules import Schedules, apply
from process_runtime.testing import SESSION
from process_runtime.worker import worker_problems, workflow_options
from tests.runtime.visibility.gauge import contract as gauges
from tests.runtime.workflow.ledger import contract, events, ledger_pb2
from tests.runtime.workflow.ledger.activities import CHARGE
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.router import LedgerRouter
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

PATIENCE_SECONDS = 90
KEYED = replace(
    contract.CONTRACT,
    key_fields=(
        KeyField("account_id", ("meta", "account_id")),
        KeyField("owner", ("meta", "owner"), sensitive=True),
    ),
)
SETTINGS = {
    "TASK_PRIORITY": "4, ledger=2",
    "FAIRNESS_KEY_FIELD": "account_id",
    "FAIRNESS_WEIGHTS": "acme=2.5, other=0.5",
}
ACME = Priority(priority_key=2, fairness_key="acme", fairness_weight=2.5)


class KeyedRouter(LedgerRouter):
    """Gives each test executions of its own, all of account `acme`."""

    contract = replace(KEYED, key_fields=KEYED.key_fields[:1])

    def __init__(self) -> None:
        self.suffix = uuid.uuid4()

    def workflow_id(self, envelope: ledger_pb2.LedgerEvent) -> str:
        return f"{super().workflow_id(envelope)}/{self.suffix}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return the environment, empty of settings but for Temporal's address."""
    for name in (*WorkerSettings.model_fields, *IngressSettings.model_fields):
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    return monkeypatch


def settings(environment: pytest.MonkeyPatch, **variables: str) -> IngressSettings:
    for name, text in variables.items():
        environment.setenv(name, text)
    return load_settings(IngressSettings)


def of_acme(envelope: ledger_pb2.LedgerEvent) -> ledger_pb2.LedgerEvent:
    envelope.meta.account_id = "acme"
    return envelope


async def priorities_of(client: Client, workflow_id: str) -> list[Priority]:
    """What each run of an execution began with, last run first."""
    found: list[Priority] = []
    run_id: str | None = None
    while run_id != "":
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        started = history.events[0].workflow_execution_started_event_attributes
        proto = started.priority
        found.append(
            Priority(proto.priority_key or None, proto.fairness_key or None, proto.fairness_weight or None)
        )
        run_id = started.continued_execution_run_id
    return found


def deliverer(client: Client, queue: str, found: IngressSettings) -> Deliverer:
    return Deliverer(
        lambda: client,
        task_queue=queue,
        timeout=timedelta(seconds=PATIENCE_SECONDS),
        metrics=Metrics(),
        priorities=found.task_priorities,
    )


def routed(router: LedgerRouter, envelope: ledger_pb2.LedgerEvent) -> RoutedEvent:
    route, meta = router.route_of(envelope), router.meta_of(envelope)
    assert route is not None
    assert meta is not None
    return RoutedEvent(
        message=RawMessage(body=b"", subscription="ledger", adapter="test", position="1"),
        router=router,
        envelope=envelope,
        meta=meta,
        route=route,
        workflow_id=router.workflow_id(envelope),
        start=router.start_message(envelope),
    )


@pytest.mark.asyncio(loop_scope="session")
async def test_it_is_kept_across_continue_as_new_and_given_to_activities(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    client, queue, router = temporal_env.client, str(uuid.uuid4()), KeyedRouter()
    ingress = deliverer(client, queue, settings(environment, **SETTINGS))
    workflow_id = router.workflow_id(of_acme(events.booked("1")))
    seen: list[Priority] = []

    @activity.defn(name=CHARGE.name)
    async def charge(request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        seen.append(activity.info().priority)
        return ledger_pb2.ChargeResponse()

    SESSION.serve(queue, REGISTRATION)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[LedgerWorkflow],
        activities=[charge],
        **workflow_options([REGISTRATION]),
    ):
        async with asyncio.timeout(PATIENCE_SECONDS):
            number = 0
            # A ledger continues as new after 40 events of history.
            while len(await priorities_of(client, workflow_id) if number else []) < 2:
                number += 1
                await ingress.deliver(routed(router, of_acme(events.charged(str(number)))))
            await ingress.deliver(routed(router, of_acme(events.closed())))
            await client.get_workflow_handle(workflow_id).result()
    assert set(await priorities_of(client, workflow_id)) == {ACME}
    assert set(seen) == {ACME}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("case", ["signal", "update"])
async def test_a_client_says_it_like_an_ingress(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment, case: str
) -> None:
    class LedgerClient(ProcessClient[ledger_pb2.LedgerEvent]):
        contract = KeyedRouter.contract
        router = KeyedRouter()

        async def booked(self) -> None:
            await self._deliver(contract.BOOKED, of_acme(events.booked("1")))

        async def transfer(self) -> None:
            envelope = of_acme(events.transfer("1", 1))
            await self._update(contract.TRANSFER, envelope, ledger_pb2.TransferReply)

    found, queue = settings(environment, **SETTINGS), str(uuid.uuid4())
    ledgers = LedgerClient(temporal_env.client, task_queue=queue, priorities=found.task_priorities)
    workflow_id = ledgers.router.workflow_id(of_acme(events.booked("1")))
    SESSION.serve(queue, REGISTRATION)
    async with Worker(
        temporal_env.client, task_queue=queue, workflows=[LedgerWorkflow], **workflow_options([REGISTRATION])
    ):
        if case == "signal":
            await ledgers.booked()
        else:
            with pytest.raises(CommandRejected, match="not enough money"):
                await ledgers.transfer()
        assert await priorities_of(temporal_env.client, workflow_id) == [ACME]
        await temporal_env.client.get_workflow_handle(workflow_id).terminate()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_schedule_says_it_too(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    by_tenant = settings(environment, TASK_PRIORITY="5", FAIRNESS_KEY_FIELD="tenant").task_priorities
    queue, client = f"gauges-{uuid.uuid4()}", temporal_env.client
    keys: dict[str, dict[str, list[dict[str, str | int]]]] = {
        "reading": {"daily": [{"tenant": "acme", "number": 7}]}
    }
    for priorities in (None, by_tenant):
        wanted = Schedules([gauges.READING], [gauges.SCHEDULED_READING], keys, queue, priorities=priorities)
        await apply(client, wanted)
    found: list[Priority] = []
    for schedule_id in wanted.desired:
        handle = client.get_schedule_handle(schedule_id)
        action = (await handle.describe()).schedule.action
        await handle.delete()
        assert isinstance(action, ScheduleActionStartWorkflow)
        found.append(action.priority)
    # One of the schedules has a key.
    assert Priority(priority_key=5, fairness_key="acme") in found
    assert {priority.priority_key for priority in found} == {5}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, Priority()),
        ({"TASK_PRIORITY": "1"}, Priority(priority_key=1)),
        ({"TASK_PRIORITY": "ledger=5"}, Priority(priority_key=5)),
        ({"FAIRNESS_KEY_FIELD": "account_id"}, Priority(fairness_key="acme")),
        (SETTINGS, ACME),
    ],
)
def test_settings_are_what_a_start_says(
    environment: pytest.MonkeyPatch, variables: dict[str, str], expected: Priority
) -> None:
    priorities = settings(environment, **variables).task_priorities
    found = KEYED.start_arguments("id", "queue", {"account_id": "acme"}, priorities)
    assert found["priority"] == expected


def test_without_a_key_or_with_a_long_one_a_start_is_still_taken() -> None:
    priorities = TaskPriorities(fairness_field="account_id")
    assert priorities.of("ledger", {}) == Priority()
    keys = [priorities.of("ledger", {"account_id": "ä" * 40 + end}).fairness_key or "" for end in "xy"]
    assert len(set(keys)) == 2
    assert all(len(key.encode()) <= 64 for key in keys)
    assert priorities.of("ledger", {"account_id": 7}).fairness_key == "7"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"TASK_PRIORITY": "ledgers=1"},
            "TASK_PRIORITY: there is no process ledgers here (there are ledger)",
        ),
        (
            {"FAIRNESS_KEY_FIELD": "tenant"},
            "FAIRNESS_KEY_FIELD: the key of ledger has no such field (it has acc",
        ),
        ({"FAIRNESS_KEY_FIELD": "owner"}, "FAIRNESS_KEY_FIELD: that field of ledger is sensitive"),
        ({"FAIRNESS_WEIGHTS": "acme=2"}, "FAIRNESS_WEIGHTS: without effect; set FAIRNESS_KEY_FIELD too"),
    ],
)
def test_what_does_not_fit_the_contract_is_said_at_start(
    environment: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    (problem,) = priority_problems(settings(environment, **variables), [KEYED])
    assert problem.startswith(said)
    registration = replace(REGISTRATION, contract=KEYED)
    assert problem in worker_problems([registration], load_settings(WorkerSettings))


def test_an_ingress_does_not_start_with_a_field_that_its_contract_lacks(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("FAIRNESS_KEY_FIELD", "tenant")
    assert run_ingress(IngressSettings, [LedgerRouter()], []) == 2
    assert "FAIRNESS_KEY_FIELD: the key of ledger has no such field" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("TASK_PRIORITY", text) for text in ("0", "6", "high", "1,2", "a=1,a=2", "a=", "-1")),
        *(("FAIRNESS_WEIGHTS", text) for text in ("2", "a=0", "a=1,a=2", "a=nan", "=1", "a=5000")),
    ],
)
def test_a_bad_priority_is_named(environment: pytest.MonkeyPatch, name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: write "):
        settings(environment, **{name: text})
