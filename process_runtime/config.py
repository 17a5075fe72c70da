"""Settings of workers and ingresses: one source for each, the environment.

How Temporal is reached is read by ``temporalio.envconfig`` under Temporal's own names (``TEMPORAL_ADDRESS``,
``TEMPORAL_NAMESPACE``, ``TEMPORAL_TLS_*``, ``TEMPORAL_API_KEY``, ``TEMPORAL_CONFIG_FILE``,
``TEMPORAL_PROFILE``); everything else is a field of a settings class, named as the field in upper case.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings
from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig

from process_runtime.contract import ProcessContract
from process_runtime.converter import payload_problems
from process_runtime.event_loop import EventLoop, event_loop_problems
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.priority import EVERY_PROCESS, TaskPriorities
from process_runtime.setting_types import (
    ALL_INTERFACES,
    Amount,
    Bounds,
    BoundsSetting,
    ConfigError,
    Count,
    Duration,
    ListenAddress,
    ListenSetting,
    PositiveDuration,
    Priorities,
    Rate,
    Share,
    UnknownEvents,
    Weights,
)
from process_runtime.telemetry import telemetry_problems

__all__ = [
    "Bounds",
    "ConfigError",
    "DeadLetterSettings",
    "Duration",
    "IngressSettings",
    "ListenAddress",
    "RuntimeSettings",
    "TuningSettings",
    "WorkerSettings",
    "load_settings",
    "priority_problems",
    "temporal_problems",
    "validation_problems",
]


_ADDRESS: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^:/\s\[\]]+):\d{1,5}")


class RuntimeSettings(PayloadSettings):
    """What worker and ingress have in common."""

    temporal_task_queue: str = Field(
        default="", description="task queue, for worker and ingress alike; the contract's own when unset"
    )
    port_http: ListenSetting = Field(
        default=ListenAddress(ALL_INTERFACES, 8080),
        description="port, or host:port, of health, metrics and the HTTP ingress; 0 takes any free port",
    )
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
    ] = Field(default="INFO", description="least severe level that is logged: DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["text", "json"] = Field(
        default="text", description="format of the log lines: text or json"
    )
    event_loop: EventLoop = Field(
        default="auto", description="auto, asyncio or uvloop; auto is uvloop where it is installed"
    )
    shutdown_grace: Duration = Field(
        default=timedelta(seconds=25),
        description="how long SIGTERM waits for work in flight; keep it under the pod's own grace period",
    )
    task_priority: Priorities = Field(
        default_factory=dict,
        description="priority of what is started, 1 first to 5 last: a number, or process=number with commas",
    )
    fairness_key_field: str = Field(
        default="", description="field of the business key whose values share the workers fairly"
    )
    fairness_weights: Weights = Field(
        default_factory=dict,
        description="shares of single values of FAIRNESS_KEY_FIELD: value=number, with commas; others have 1",
    )

    @property
    def task_priorities(self) -> TaskPriorities:
        """In which order the tasks of what is started are handed out."""
        return TaskPriorities(
            keys=self.task_priority,
            fairness_field=self.fairness_key_field,
            fairness_weights=self.fairness_weights,
        )

    @cached_property
    def temporal(self) -> ClientConfigProfile:
        """The Temporal connection profile, from the environment and the profile file.

        Raises:
            ConfigError: The environment or the profile file cannot be read.
        """
        try:
            return ClientConfigProfile.load(override_env_vars=dict(os.environ))
        except Exception as error:  # noqa: BLE001  (the bridge raises a type of its own that is not public)
            # Only the first line: a TOML error goes on with the offending line, which may hold a key.
            summary = str(error).partition("\n")[0]
            raise ConfigError([f"TEMPORAL_CONFIG_FILE/TEMPORAL_*: {summary}"]) from None

    @property
    def temporal_address(self) -> str:
        """``host:port`` of the Temporal frontend."""
        return self.temporal.address or ""

    @property
    def temporal_namespace(self) -> str:
        """The Temporal namespace; ``default`` unless configured."""
        return self.temporal.namespace or "default"

    def connect_config(self) -> ClientConnectConfig:
        """Return the arguments of ``temporalio.client.Client.connect``; reads the certificate files."""
        config = self.temporal.to_client_connect_config()
        config["namespace"] = self.temporal_namespace
        return config


class TuningSettings(RuntimeSettings):
    """How much a worker does at once, and how it asks Temporal for work."""

    max_concurrent_workflow_tasks: Count = Field(default=100, description="workflow tasks processed at once")
    max_concurrent_activities: Count = Field(default=100, description="activities run at once")
    max_concurrent_local_activities: Count = Field(default=100, description="local activities run at once")
    tuner_target_cpu: Share | None = Field(
        default=None, description="share of the CPUs to use, above 0 up to 1, in place of fixed counts"
    )
    tuner_target_memory: Share | None = Field(
        default=None, description="share of the memory to use, above 0 up to 1, in place of fixed counts"
    )
    tuner_workflow_slots: BoundsSetting = Field(
        default=Bounds(5, 500), description="fewest and most workflow tasks at once that the tuner allows"
    )
    tuner_workflow_ramp: Duration = Field(
        default=timedelta(0), description="the tuner's pause before one more workflow task at once"
    )
    tuner_activity_slots: BoundsSetting = Field(
        default=Bounds(1, 500), description="fewest and most activities at once that the tuner allows"
    )
    tuner_activity_ramp: Duration = Field(
        default=timedelta(milliseconds=50), description="the tuner's pause before one more activity at once"
    )
    tuner_local_activity_slots: BoundsSetting = Field(
        default=Bounds(1, 500), description="fewest and most local activities at once that the tuner allows"
    )
    tuner_local_activity_ramp: Duration = Field(
        default=timedelta(milliseconds=50),
        description="the tuner's pause before one more local activity at once",
    )
    workflow_pollers: BoundsSetting = Field(
        default=Bounds(5, 5),
        description="polls for workflow tasks open at once: a number, or a range for Temporal to scale in",
    )
    activity_pollers: BoundsSetting = Field(
        default=Bounds(5, 5),
        description="polls for activities open at once: a number, or a range for Temporal to scale in",
    )
    nonsticky_poll_share: Share = Field(
        default=0.2,
        description="share of a fixed number of workflow pollers for executions that are not in the cache",
    )
    max_cached_workflows: Amount = Field(
        default=1000, description="executions kept in memory between tasks; 0 replays each from the start"
    )
    sticky_timeout: PositiveDuration = Field(
        default=timedelta(seconds=10),
        description="how long a task waits for the worker that has its execution cached, before any takes it",
    )
    max_activities_per_second: Rate | None = Field(
        default=None, description="activities that this worker begins in a second, at most"
    )
    max_task_queue_activities_per_second: Rate | None = Field(
        default=None, description="activities that all workers of the queue begin in a second, at most"
    )
    eager_activities: Amount = Field(
        default=3,
        description="activities of a workflow task that may begin in the same worker at once; 0 for none",
    )
    max_heartbeat_throttle_interval: PositiveDuration = Field(
        default=timedelta(seconds=60), description="longest time between two heartbeats sent on"
    )
    default_heartbeat_throttle_interval: PositiveDuration = Field(
        default=timedelta(seconds=30),
        description="time between two heartbeats sent on of an activity without heartbeat timeout",
    )
    debug_workflows: bool = Field(
        default=False, description="no limit to how long a workflow task may compute, for debuggers"
    )


class WorkerSettings(TuningSettings):
    """Settings of a worker."""

    publish_bindings_file: Path | None = Field(
        default=None,
        description="JSON or TOML file with the publisher options of each binding_ref of outbound facts",
    )
    register_search_attributes: bool = Field(
        default=False,
        description="whether the worker registers the search attributes that its namespace lacks",
    )
    apply_schedules: bool = Field(
        default=False,
        description="whether the worker makes the schedules at start as the contracts have them",
    )
    schedule_keys_file: Path | None = Field(
        default=None, description="JSON or TOML file with the business keys that each schedule runs for"
    )
    temporal_deployment_name: str = Field(
        default="",
        description="worker deployment; together with TEMPORAL_WORKER_BUILD_ID switches versioning on",
    )
    temporal_worker_build_id: str = Field(
        default="", description="build of this worker within its deployment"
    )

    @model_validator(mode="after")
    def _deployment_is_whole(self) -> Self:
        if bool(self.temporal_deployment_name) != bool(self.temporal_worker_build_id):
            raise ValueError(
                "TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID go together: set both, or neither"
            )
        return self


class DeadLetterSettings(BaseSettings):
    """Where dead letters go: for the ingress, and for those who see to them."""

    dead_letter_file: Path | None = Field(
        default=None, description="JSON Lines file that takes messages which can never succeed"
    )
    dead_letter_binding_file: Path | None = Field(
        default=None,
        description="JSON or TOML file: kind and options of a stream that takes them, instead of a file",
    )


class IngressSettings(RuntimeSettings, DeadLetterSettings):
    """Settings of an ingress."""

    ingress_bindings_file: Path | None = Field(
        default=None,
        description="JSON or TOML file with the adapter options of each binding_ref of the contract",
    )
    max_in_flight: Count = Field(
        default=2000, description="messages taken but not yet settled; bounds memory"
    )
    max_in_flight_bytes: Annotated[int, Field(ge=1, le=4_000_000_000)] = Field(
        default=16_000_000, description="bytes of their bodies; one message may go beyond"
    )
    coalesce_max_events: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=32,
        description="events of one workflow ID that go to Temporal in one call; 1 sends each alone",
    )
    max_temporal_calls: Count = Field(default=64, description="calls to Temporal under way at once")
    temporal_calls_per_second: Rate | None = Field(
        default=None, description="calls to Temporal begun in a second, at most"
    )
    max_event_bytes: Annotated[int, Field(ge=1, le=4_000_000)] = Field(
        default=1_000_000,
        description="largest message taken, in bytes; Temporal's own default limit is 2 MiB",
    )
    eager_start: bool = Field(
        default=True,
        description="whether an ingress beside its worker starts processes in it, without the task queue",
    )
    local_facts: bool = Field(
        default=False,
        description="whether processes started here publish facts within workflow tasks, if that is quick",
    )
    delivery_timeout: Duration = Field(
        default=timedelta(seconds=5),
        description="how long one call to Temporal may take before it counts as failed",
    )
    no_process_wait: Duration = Field(
        default=timedelta(seconds=30),
        description="how long an event that cannot start a process waits for one before it is dead-lettered",
    )
    unknown_events: UnknownEvents = Field(
        default="dead-letter",
        description="what becomes of an event of a type that is not known: dead-letter, retry or ignore",
    )


SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)


def load_settings(
    settings_type: type[SettingsT], *, check: Callable[[SettingsT], Sequence[str]] | None = None
) -> SettingsT:
    """Return the settings of this process.

    Args:
        settings_type: Which settings to read.
        check: Finds further problems, e.g. missing bindings, so that they are reported in the same run. Sees
            defaults in place of bad values.

    Raises:
        ConfigError: Settings are missing or bad; names all of them.
    """
    settings, problems = _read(settings_type)
    if settings is None:
        raise ConfigError(problems)
    problems += temporal_problems(settings)
    problems += payload_problems(settings)
    problems += telemetry_problems(os.environ)
    problems += event_loop_problems(settings.event_loop)
    if check is not None:
        problems += check(settings)
    if problems:
        raise ConfigError(problems)
    return settings


def _read(settings_type: type[SettingsT]) -> tuple[SettingsT | None, list[str]]:
    """The settings and their problems; a bad value gives way to its default, to find what else is wrong."""
    fields = settings_type.model_fields
    defaults: dict[str, Any] = {}
    problems: list[str] = []
    while True:
        try:
            return settings_type(**defaults), problems
        except ValidationError as error:
            problems += validation_problems(error, settings_type)
            # A problem without a field is one of several fields together; no single one is to blame.
            bad = {str(found["loc"][0]) for found in error.errors() if found["loc"]} or set(fields)
        replaced = {name for name in bad & set(fields) - set(defaults) if not fields[name].is_required()}
        if not replaced:
            return None, problems
        defaults |= {name: fields[name].get_default(call_default_factory=True) for name in replaced}


def validation_problems(error: ValidationError, settings_type: type[BaseSettings]) -> list[str]:
    """Say each problem pydantic found in one line, without the value."""
    problems = []
    for found in error.errors(include_url=False, include_input=False, include_context=False):
        message = found["msg"].removeprefix("Value error, ")
        if not found["loc"]:
            problems.append(message)
            continue
        name = str(found["loc"][0])
        field = settings_type.model_fields.get(name)
        meaning = f" ({field.description})" if field is not None and field.description else ""
        what = "is not set" if found["type"] == "missing" else message
        problems.append(f"{name.upper()}: {what}{meaning}")
    return problems


def priority_problems(settings: RuntimeSettings, contracts: Iterable[ProcessContract]) -> list[str]:
    """Why these processes cannot have these priorities, one line each."""
    served = {contract.name: contract.key_fields for contract in contracts}
    unknown = sorted(settings.task_priority.keys() - served.keys() - {EVERY_PROCESS})
    problems = [
        f"TASK_PRIORITY: there is no process {name} here (there are {', '.join(served)})" for name in unknown
    ]
    wanted = settings.fairness_key_field
    if settings.fairness_weights and not wanted:
        problems.append("FAIRNESS_WEIGHTS: without effect; set FAIRNESS_KEY_FIELD too, or unset it")
    for name, fields in served.items() if wanted else ():
        if wanted not in {field.name for field in fields}:
            there = ", ".join(field.name for field in fields if not field.sensitive)
            problems.append(f"FAIRNESS_KEY_FIELD: the key of {name} has no such field (it has {there})")
        elif any(field.sensitive for field in fields if field.name == wanted):
            problems.append(f"FAIRNESS_KEY_FIELD: that field of {name} is sensitive; Temporal would show it")
    return problems


def temporal_problems(settings: RuntimeSettings) -> list[str]:
    """What keeps these settings from reaching Temporal, one line each."""
    environment = os.environ
    problems = []
    config_file = environment.get("TEMPORAL_CONFIG_FILE")
    # The SDK takes a missing file for an empty one, and any text for a boolean: here both are mistakes.
    if config_file and not Path(config_file).is_file():
        problems.append("TEMPORAL_CONFIG_FILE: there is no such file; mount it, or unset the variable")
    if environment.get("TEMPORAL_TLS", "").lower() not in ("", "true", "false", "1", "0"):
        problems.append("TEMPORAL_TLS: write true or false")
    try:
        profile = settings.temporal
    except ConfigError as error:
        return [*problems, *error.problems]
    if not profile.address:
        problems.append(
            "TEMPORAL_ADDRESS: is not set (host:port of the Temporal frontend, e.g. temporal-frontend:7233; "
            "or TEMPORAL_CONFIG_FILE with a profile that has an address)"
        )
    elif not _ADDRESS.fullmatch(profile.address):
        problems.append("TEMPORAL_ADDRESS: write host:port without a scheme, e.g. temporal-frontend:7233")
    return problems + _certificate_problems(profile)


def _certificate_problems(profile: ClientConfigProfile) -> list[str]:
    if profile.tls is None or profile.tls.disabled:
        return []
    sources: tuple[tuple[str, Any], ...] = (
        ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", profile.tls.server_root_ca_cert),
        ("TEMPORAL_TLS_CLIENT_CERT_PATH", profile.tls.client_cert),
        ("TEMPORAL_TLS_CLIENT_KEY_PATH", profile.tls.client_private_key),
    )
    problems = [
        f"{name}: the file cannot be read; mount it, and let this user read it"
        for name, source in sources
        if isinstance(source, Path) and not os.access(source, os.R_OK)
    ]
    if bool(profile.tls.client_cert) != bool(profile.tls.client_private_key):
        problems.append("TEMPORAL_TLS_CLIENT_CERT_*/TEMPORAL_TLS_CLIENT_KEY_*: set both, or neither")
    return problems
