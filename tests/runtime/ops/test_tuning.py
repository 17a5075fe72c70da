"""Every setting of how much a worker does reaches the SDK's worker; those that could not work are refused."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    PollerBehaviorSimpleMaximum,
    ResourceBasedSlotConfig,
    ResourceBasedSlotSupplier,
    WorkerConfig,
)

from process_runtime.config import (
    Bounds,
    ConfigError,
    RuntimeSettings,
    TuningSettings,
    WorkerSettings,
    load_settings,
)
from process_runtime.testing import SESSION
from process_runtime.tuning import tuning_problems
from process_runtime.worker import build_worker
from tests.runtime.workflow.ledger import contract, events
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

PATIENCE_SECONDS = 90
TUNER = {"TUNER_TARGET_CPU": "0.7", "TUNER_TARGET_MEMORY": "0.6"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return the environment, empty of settings but for Temporal's address."""
    for name in WorkerSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    return monkeypatch


@activity.defn
async def nothing() -> None: ...


def worker_config(env: WorkflowEnvironment, settings: WorkerSettings) -> WorkerConfig:
    worker = build_worker(env.client, f"tuning-{uuid.uuid4()}", [REGISTRATION], [nothing], settings)
    return worker.config(active_config=True)


def slots(config: WorkerConfig, kind: str) -> ResourceBasedSlotConfig:
    tuner = config["tuner"]
    assert tuner is not None
    supplier = getattr(tuner, f"_get_{kind}_slot_supplier")()
    assert isinstance(supplier, ResourceBasedSlotSupplier)
    assert supplier.tuner_config.target_cpu_usage == 0.7
    assert supplier.tuner_config.target_memory_usage == 0.6
    return supplier.slot_config


SETTINGS: dict[str, tuple[str, str, Any]] = {
    "max_concurrent_workflow_tasks": ("7", "max_concurrent_workflow_tasks", 7),
    "max_concurrent_activities": ("7", "max_concurrent_activities", 7),
    "max_concurrent_local_activities": ("7", "max_concurrent_local_activities", 7),
    "workflow_pollers": ("3", "workflow_task_poller_behavior", PollerBehaviorSimpleMaximum(3)),
    "activity_pollers": ("2..50", "activity_task_poller_behavior", PollerBehaviorAutoscaling(2, 50, 5)),
    "nonsticky_poll_share": ("0.5", "nonsticky_to_sticky_poll_ratio", 0.5),
    "max_cached_workflows": ("7", "max_cached_workflows", 7),
    "sticky_timeout": ("3s", "sticky_queue_schedule_to_start_timeout", timedelta(seconds=3)),
    "max_activities_per_second": ("0.5", "max_activities_per_second", 0.5),
    "max_task_queue_activities_per_second": ("7", "max_task_queue_activities_per_second", 7.0),
    "eager_activities": ("7", "max_eager_activity_reservations_per_workflow_task", 7),
    "max_heartbeat_throttle_interval": ("7s", "max_heartbeat_throttle_interval", timedelta(seconds=7)),
    "default_heartbeat_throttle_interval": (
        "7s",
        "default_heartbeat_throttle_interval",
        timedelta(seconds=7),
    ),
    "debug_workflows": ("true", "debug_mode", True),
}
"""Setting -> a text, the SDK's argument, what it becomes."""

TUNED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tuner_workflow_slots": ("2..9", "workflow_task", {"minimum_slots": 2, "maximum_slots": 9}),
    "tuner_workflow_ramp": ("7ms", "workflow_task", {"ramp_throttle": timedelta(milliseconds=7)}),
    "tuner_activity_slots": ("4..9", "activity_task", {"minimum_slots": 4, "maximum_slots": 9}),
    "tuner_activity_ramp": ("7ms", "activity_task", {"ramp_throttle": timedelta(milliseconds=7)}),
    "tuner_local_activity_slots": (
        "3..9",
        "local_activity_task",
        {"minimum_slots": 3, "maximum_slots": 9},
    ),
    "tuner_local_activity_ramp": (
        "7ms",
        "local_activity_task",
        {"ramp_throttle": timedelta(milliseconds=7)},
    ),
}
"""Setting of the tuner -> a text, the kind of slot, what it becomes."""


@pytest.mark.requirement("R100")
@pytest.mark.asyncio(loop_scope="session")
async def test_every_setting_reaches_the_worker(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    default = worker_config(temporal_env, load_settings(WorkerSettings))
    for name, (text, argument, expected) in SETTINGS.items():
        with environment.context() as changed:
            changed.setenv(name.upper(), text)
            settings = load_settings(WorkerSettings)
            assert tuning_problems(settings) == []
            config: dict[str, Any] = {**worker_config(temporal_env, settings)}
        assert config[argument] == expected, name
        assert config[argument] != {**default}[argument], name


@pytest.mark.asyncio(loop_scope="session")
async def test_every_setting_of_the_tuner_reaches_the_worker(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    for name, text in TUNER.items():
        environment.setenv(name, text)
    default = worker_config(temporal_env, load_settings(WorkerSettings))
    assert default["max_concurrent_activities"] is None
    for name, (text, kind, expected) in TUNED.items():
        with environment.context() as changed:
            changed.setenv(name.upper(), text)
            settings = load_settings(WorkerSettings)
            assert tuning_problems(settings) == []
            found, before = slots(worker_config(temporal_env, settings), kind), slots(default, kind)
        for field, value in expected.items():
            assert getattr(found, field) == value, name
            assert getattr(before, field) != value, name


@pytest.mark.asyncio(loop_scope="session")
async def test_a_tuned_worker_with_scaling_pollers_does_its_work(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    chosen = {"WORKFLOW_POLLERS": "1..9", "ACTIVITY_POLLERS": "1..9", "EAGER_ACTIVITIES": "0", **TUNER}
    # The whole machine may be busy with other tests, and that is not the question here.
    chosen |= {"TUNER_TARGET_CPU": "1", "TUNER_TARGET_MEMORY": "1"}
    for name, text in chosen.items():
        environment.setenv(name, text)
    queue, bank = f"tuning-{uuid.uuid4()}", MemoryBank()
    SESSION.serve(queue, REGISTRATION)
    settings = load_settings(WorkerSettings, check=tuning_problems)
    worker = build_worker(temporal_env.client, queue, [REGISTRATION], activity_functions(bank), settings)
    async with worker:
        handle = await temporal_env.client.start_workflow(
            LedgerWorkflow.run,
            events.start(),
            id=f"tuned-{uuid.uuid4()}",
            task_queue=queue,
            start_signal=contract.CHARGED,
            start_signal_args=[events.charged("1", 7)],
        )
        await handle.signal(contract.CLOSED, events.closed())
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await handle.result()).balance == 7
    assert bank.calls == ["charge 1"]


@pytest.mark.asyncio(loop_scope="session")
async def test_no_eager_activities_is_a_setting_too(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    assert not worker_config(temporal_env, load_settings(WorkerSettings))["disable_eager_activity_execution"]
    environment.setenv("EAGER_ACTIVITIES", "0")
    assert worker_config(temporal_env, load_settings(WorkerSettings))["disable_eager_activity_execution"]


def test_no_setting_goes_unseen() -> None:
    shown = {*SETTINGS, *TUNED, *(name.lower() for name in TUNER)}
    assert shown == set(TuningSettings.model_fields) - set(RuntimeSettings.model_fields)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TUNER_TARGET_CPU": "0.7"}, "TUNER_TARGET_MEMORY: is not set; the tuner takes both"),
        ({"TUNER_TARGET_MEMORY": "0.7"}, "TUNER_TARGET_CPU: is not set; the tuner takes both"),
        ({"TUNER_ACTIVITY_SLOTS": "1..9"}, "TUNER_ACTIVITY_SLOTS: without effect; set TUNER_TARGET_CPU"),
        ({**TUNER, "MAX_CONCURRENT_ACTIVITIES": "100"}, "MAX_CONCURRENT_ACTIVITIES: without effect beside"),
        ({"WORKFLOW_POLLERS": "1"}, "WORKFLOW_POLLERS: write at least 2, or MAX_CACHED_WORKFLOWS=0"),
        ({"MAX_CONCURRENT_WORKFLOW_TASKS": "1"}, "MAX_CONCURRENT_WORKFLOW_TASKS: write at least 2, or"),
    ],
)
def test_settings_that_cannot_work_together_are_said(
    environment: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    for name, text in settings.items():
        environment.setenv(name, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(WorkerSettings, check=tuning_problems)
    (problem,) = caught.value.problems
    assert problem.startswith(said)


@pytest.mark.asyncio(loop_scope="session")
async def test_one_of_each_is_enough_without_the_cache(
    environment: pytest.MonkeyPatch, temporal_env: WorkflowEnvironment
) -> None:
    for name in ("WORKFLOW_POLLERS", "MAX_CONCURRENT_WORKFLOW_TASKS", "ACTIVITY_POLLERS"):
        environment.setenv(name, "1")
    environment.setenv("MAX_CACHED_WORKFLOWS", "0")
    settings = load_settings(WorkerSettings, check=tuning_problems)
    assert settings.workflow_pollers == Bounds(1, 1)
    assert worker_config(temporal_env, settings)["max_cached_workflows"] == 0


@pytest.mark.parametrize("text", ["0", "5..2", "..5", "5..", "1...2", "1-5", "many", "-1", "1..2000000"])
def test_a_range_is_written_with_two_dots(environment: pytest.MonkeyPatch, text: str) -> None:
    environment.setenv("WORKFLOW_POLLERS", text)
    with pytest.raises(ConfigError, match="WORKFLOW_POLLERS: write a number such as 5, or a range"):
        load_settings(WorkerSettings)


@pytest.mark.parametrize("text", ["0", "1.1", "-0.5", "80%", "nan", "inf"])
def test_a_target_is_a_share(environment: pytest.MonkeyPatch, text: str) -> None:
    environment.setenv("TUNER_TARGET_CPU", text)
    environment.setenv("TUNER_TARGET_MEMORY", "0.8")
    with pytest.raises(ConfigError, match="TUNER_TARGET_CPU: "):
        load_settings(WorkerSettings)
