"""How much a worker does at once, and how it asks for work: from settings to the SDK's worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypedDict

from temporalio.worker import (
    PollerBehavior,
    PollerBehaviorAutoscaling,
    PollerBehaviorSimpleMaximum,
    ResourceBasedSlotConfig,
    WorkerTuner,
)

from process_runtime.config import Bounds, TuningSettings

__all__ = ["TuningOptions", "tuning_options", "tuning_problems"]

# Where scaling begins, the SDK's own choice; a range without it begins at the nearest bound.
_INITIAL_POLLERS: Final = 5
_COUNTS: Final = (
    "max_concurrent_workflow_tasks",
    "max_concurrent_activities",
    "max_concurrent_local_activities",
)
_TARGETS: Final = ("tuner_target_cpu", "tuner_target_memory")


class TuningOptions(TypedDict):
    """Arguments of ``temporalio.worker.Worker``."""

    tuner: WorkerTuner | None
    max_concurrent_workflow_tasks: int | None
    max_concurrent_activities: int | None
    max_concurrent_local_activities: int | None
    workflow_task_poller_behavior: PollerBehavior
    activity_task_poller_behavior: PollerBehavior
    nonsticky_to_sticky_poll_ratio: float
    max_cached_workflows: int
    sticky_queue_schedule_to_start_timeout: timedelta
    max_activities_per_second: float | None
    max_task_queue_activities_per_second: float | None
    disable_eager_activity_execution: bool
    max_eager_activity_reservations_per_workflow_task: int
    max_heartbeat_throttle_interval: timedelta
    default_heartbeat_throttle_interval: timedelta
    debug_mode: bool


def tuning_options(settings: TuningSettings) -> TuningOptions:
    """Return what `settings` say to the SDK's worker."""
    tuner = _tuner(settings)
    return {
        "tuner": tuner,
        "max_concurrent_workflow_tasks": None if tuner else settings.max_concurrent_workflow_tasks,
        "max_concurrent_activities": None if tuner else settings.max_concurrent_activities,
        "max_concurrent_local_activities": None if tuner else settings.max_concurrent_local_activities,
        "workflow_task_poller_behavior": _pollers(settings.workflow_pollers),
        "activity_task_poller_behavior": _pollers(settings.activity_pollers),
        "nonsticky_to_sticky_poll_ratio": settings.nonsticky_poll_share,
        "max_cached_workflows": settings.max_cached_workflows,
        "sticky_queue_schedule_to_start_timeout": settings.sticky_timeout,
        "max_activities_per_second": settings.max_activities_per_second,
        "max_task_queue_activities_per_second": settings.max_task_queue_activities_per_second,
        "disable_eager_activity_execution": settings.eager_activities == 0,
        # The SDK refuses 0 even where eager execution is off.
        "max_eager_activity_reservations_per_workflow_task": max(settings.eager_activities, 1),
        "max_heartbeat_throttle_interval": settings.max_heartbeat_throttle_interval,
        "default_heartbeat_throttle_interval": settings.default_heartbeat_throttle_interval,
        "debug_mode": settings.debug_workflows,
    }


def tuning_problems(settings: TuningSettings) -> list[str]:
    """Which of these settings cannot work together, one line each."""
    problems = []
    missing = [name for name in _TARGETS if getattr(settings, name) is None]
    chosen = settings.model_fields_set
    if len(missing) == 1:
        problems.append(f"{_names(missing)}: is not set; the tuner takes both {_names(_TARGETS)}, or neither")
    elif missing:
        slots = [name for name in sorted(chosen) if name.startswith("tuner_") and name not in _TARGETS]
        if slots:
            problems.append(f"{_names(slots)}: without effect; set {_names(_TARGETS)} too, or unset it")
    elif counts := [name for name in _COUNTS if name in chosen]:
        problems.append(
            f"{_names(counts)}: without effect beside {_names(_TARGETS)}; unset the one or the other"
        )
    if settings.max_cached_workflows:
        # With the cache, one slot and one poll are kept for executions that are in it.
        if missing and settings.max_concurrent_workflow_tasks < 2:
            problems.append("MAX_CONCURRENT_WORKFLOW_TASKS: write at least 2, or MAX_CACHED_WORKFLOWS=0")
        if settings.workflow_pollers == Bounds(1, 1):
            problems.append("WORKFLOW_POLLERS: write at least 2, or MAX_CACHED_WORKFLOWS=0")
    return problems


def _tuner(settings: TuningSettings) -> WorkerTuner | None:
    if settings.tuner_target_cpu is None or settings.tuner_target_memory is None:
        return None
    return WorkerTuner.create_resource_based(
        target_cpu_usage=settings.tuner_target_cpu,
        target_memory_usage=settings.tuner_target_memory,
        workflow_config=_slots(settings.tuner_workflow_slots, settings.tuner_workflow_ramp),
        activity_config=_slots(settings.tuner_activity_slots, settings.tuner_activity_ramp),
        local_activity_config=_slots(settings.tuner_local_activity_slots, settings.tuner_local_activity_ramp),
    )


def _slots(bounds: Bounds, ramp: timedelta) -> ResourceBasedSlotConfig:
    return ResourceBasedSlotConfig(
        minimum_slots=bounds.minimum, maximum_slots=bounds.maximum, ramp_throttle=ramp
    )


def _pollers(bounds: Bounds) -> PollerBehavior:
    if bounds.minimum == bounds.maximum:
        return PollerBehaviorSimpleMaximum(bounds.maximum)
    initial = min(max(_INITIAL_POLLERS, bounds.minimum), bounds.maximum)
    return PollerBehaviorAutoscaling(minimum=bounds.minimum, maximum=bounds.maximum, initial=initial)


def _names(fields: Sequence[str]) -> str:
    return ", ".join(field.upper() for field in fields)
