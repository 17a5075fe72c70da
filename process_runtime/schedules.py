"""Temporal schedules that match the contract's: created, updated and removed; nobody else's is touched.

One Temporal schedule stands for one schedule of the contract and one business key. Which keys there are is
deployment's business: ``SCHEDULE_KEYS_FILE``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from temporalio.client import (
    Client,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.client import Schedule as TemporalSchedule
from temporalio.common import Priority
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.contract import ProcessContract, ProcessKind, Schedule
from process_runtime.priority import TaskPriorities
from process_runtime.schedule_keys import ScheduleError, ScheduleKey, key_problem, read_keys, unknown_names
from process_runtime.workflow import ScheduledProcess, ScheduledStart

__all__ = ["Change", "DesiredSchedule", "ScheduleAction", "ScheduleError", "Schedules", "apply", "plan"]

_OWNER: Final = "managed_by"
# Counted up when what a schedule is made of changes here rather than in a contract.
_FORM: Final = 1
_KEY_CHARACTERS: Final = 200
# Another applier may create or remove a schedule between our look and our change.
_ATTEMPTS: Final = 5


class ScheduleAction(StrEnum):
    """What it takes to make a schedule as the contract has it."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One schedule and what becomes of it."""

    action: ScheduleAction
    schedule_id: str


@dataclass(frozen=True, kw_only=True)
class DesiredSchedule:
    """A Temporal schedule as it should be."""

    schedule_id: str
    owner: str
    start: ScheduledStart
    schedule: TemporalSchedule


class Schedules:
    """The Temporal schedules that some processes should have in one deployment.

    Args:
        contracts: Of the processes; those that have no schedules any more are to have none in Temporal.
        processes: Those with schedules.
        keys: For each process and schedule the business keys that it runs for.
        task_queue: Overrides the contracts' unless empty.
        partial: Whether `keys` may name processes that are served elsewhere.
        priorities: In which order the tasks of what they start are handed out.

    Raises:
        ScheduleError: The keys do not fit the contracts.
    """

    def __init__(
        self,
        contracts: Iterable[ProcessContract],
        processes: Iterable[ScheduledProcess],
        keys: Mapping[str, Mapping[str, Sequence[ScheduleKey]]],
        task_queue: str = "",
        *,
        partial: bool = False,
        priorities: TaskPriorities | None = None,
    ) -> None:
        self._priorities = priorities or TaskPriorities()
        self._processes = {process.contract.name: process for process in processes}
        self._queue = task_queue
        self.owners = frozenset(map(self._owner, contracts))
        """Who the processes are as owners: their names, with the queue if it is not their own."""
        problems = unknown_names(self._processes, keys, partial)
        self.desired: dict[str, DesiredSchedule] = {}
        """By ID."""
        for process in self._processes.values():
            for schedule in process.schedules:
                configured = keys.get(process.contract.name, {}).get(schedule.name)
                self._add(process, schedule, configured, problems)
        if problems:
            raise ScheduleError(problems)

    @classmethod
    def read(
        cls,
        contracts: Iterable[ProcessContract],
        processes: Iterable[ScheduledProcess],
        path: Path | None,
        task_queue: str = "",
        *,
        partial: bool = False,
        priorities: TaskPriorities | None = None,
    ) -> Schedules:
        """Return the schedules for the keys of the file at `path`; without one, for no keys.

        Args:
            contracts: Of the processes.
            processes: Those with schedules.
            path: JSON, or TOML with the suffix ``.toml``.
            task_queue: Overrides the contracts' unless empty.
            partial: Whether the file may name processes that are served elsewhere.
            priorities: In which order the tasks of what they start are handed out.

        Raises:
            ScheduleError: The file cannot be read, or does not fit the contracts.
        """
        keys = {} if path is None else read_keys(path)
        return cls(contracts, processes, keys, task_queue, partial=partial, priorities=priorities)

    def owns(self, schedule_id: str, owner: str | None) -> bool:
        """Whether the schedule of that ID and owner is one of these processes'."""
        return owner in self.owners and schedule_id.startswith(f"schedule/{owner}/")

    def _owner(self, contract: ProcessContract) -> str:
        queue = self._queue or contract.task_queue
        return contract.name if queue == contract.task_queue else f"{contract.name}@{queue}"

    def _add(
        self,
        process: ScheduledProcess,
        schedule: Schedule,
        configured: Sequence[ScheduleKey] | None,
        problems: list[str],
    ) -> None:
        contract = process.contract
        keys: Sequence[ScheduleKey | None] = configured or ()
        if configured is None and contract.kind is ProcessKind.TRANSACTION and not process.id_uses_key:
            keys = [None]
        for key in keys:
            start = ScheduledStart(schedule=schedule.name, key=None if key is None else dict(key))
            problem = key_problem(process, start)
            if problem:
                problems.append(f"SCHEDULE_KEYS_FILE: {contract.name}.{schedule.name}: {problem}")
                continue
            owner = self._owner(contract)
            schedule_id = "/".join(["schedule", owner, schedule.name, *_key_segment(process, key)])
            if schedule_id in self.desired:
                problems.append(
                    f"SCHEDULE_KEYS_FILE: {contract.name}.{schedule.name}: a key stands there twice"
                )
                continue
            queue = self._queue or contract.task_queue
            spec, policy = _spec(schedule), _policy(schedule)
            # The process itself, a child, has it from what the schedule starts.
            sensitive = {field.name for field in contract.key_fields if field.sensitive}
            shown = {name: value for name, value in (key or {}).items() if name not in sensitive}
            priority = self._priorities.of(contract.name, shown)
            start = replace(start, fingerprint=_fingerprint(process, schedule, start, queue, priority))
            action = ScheduleActionStartWorkflow(
                process.workflow_type,
                start,
                id=schedule_id,
                task_queue=queue,
                static_summary=f"{contract.name}: schedule {schedule.name}",
                priority=priority,
            )
            self.desired[schedule_id] = DesiredSchedule(
                schedule_id=schedule_id,
                owner=owner,
                start=start,
                schedule=TemporalSchedule(action=action, spec=spec, policy=policy),
            )


async def plan(client: Client, schedules: Schedules) -> list[Change]:
    """Return what it takes to make the namespace's schedules as they should be, by ID.

    Raises:
        ScheduleError: A schedule of that ID is somebody else's.
        temporalio.service.RPCError: Temporal cannot be asked now.
    """
    changes = [
        Change(action=await _needed(client, wanted), schedule_id=wanted.schedule_id)
        for wanted in schedules.desired.values()
    ]
    changes += [
        Change(action=ScheduleAction.DELETE, schedule_id=listed.id)
        async for listed in await client.list_schedules()
        if listed.id not in schedules.desired and schedules.owns(listed.id, await _owner_of(listed))
    ]
    return sorted(changes, key=lambda change: change.schedule_id)


async def apply(client: Client, schedules: Schedules) -> list[Change]:
    """Make the namespace's schedules as they should be; several may do so at once.

    A schedule that somebody paused stays paused.

    Returns:
        What was done.

    Raises:
        ScheduleError: A schedule of that ID is somebody else's.
        temporalio.service.RPCError: Temporal refuses, or cannot be asked now.
    """
    return [await _apply(client, schedules, change) for change in await plan(client, schedules)]


async def _apply(client: Client, schedules: Schedules, change: Change) -> Change:
    for _ in range(_ATTEMPTS):
        wanted = schedules.desired.get(change.schedule_id)
        try:
            if wanted is None:
                await client.get_schedule_handle(change.schedule_id).delete()
            elif change.action is ScheduleAction.CREATE:
                await client.create_schedule(
                    wanted.schedule_id, wanted.schedule, memo={_OWNER: _owner_memo(wanted.owner)}
                )
            elif change.action is ScheduleAction.UPDATE:
                await client.get_schedule_handle(wanted.schedule_id).update(_updater(wanted))
        except ScheduleAlreadyRunningError:
            pass
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if wanted is None:
                return change
        else:
            return change
        if wanted is not None:
            change = replace(change, action=await _needed(client, wanted))
    raise ScheduleError([f"{change.schedule_id}: others change it all the time; apply the schedules again"])


def _updater(wanted: DesiredSchedule) -> Any:
    def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        # A pause, its note and a limit of actions are people's.
        return ScheduleUpdate(replace(wanted.schedule, state=found.description.schedule.state))

    return update


async def _needed(client: Client, wanted: DesiredSchedule) -> ScheduleAction:
    try:
        found = await client.get_schedule_handle(wanted.schedule_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return ScheduleAction.CREATE
        raise
    if await _owner_of(found) != wanted.owner:
        raise ScheduleError(
            [
                f"{wanted.schedule_id}: a schedule of that ID was made by somebody else, and is left alone; "
                "delete it, or rename the schedule in the contract"
            ]
        )
    same = await _fingerprint_of(client, found) == wanted.start.fingerprint
    return ScheduleAction.KEEP if same else ScheduleAction.UPDATE


async def _owner_of(found: Any) -> str | None:
    """Who made a schedule, as far as it says so in a way we can read."""
    try:
        memo = await found.memo_value(_OWNER, None)
    except Exception:  # noqa: BLE001 - encrypted with other keys, or anything that is not ours
        return None
    if not isinstance(memo, str) or not memo.startswith(_owner_memo("")):
        return None
    return memo.removeprefix(_owner_memo(""))


def _owner_memo(owner: str) -> str:
    return f"protoc-gen-process/{owner}"


async def _fingerprint_of(client: Client, found: ScheduleDescription) -> str | None:
    action = found.schedule.action
    if not isinstance(action, ScheduleActionStartWorkflow):
        return None
    try:
        [start] = await client.data_converter.decode(list(action.args), [ScheduledStart])
    except Exception:  # noqa: BLE001 - of an older form, or edited by hand
        return None
    fingerprint: str = start.fingerprint
    return fingerprint


def _fingerprint(
    process: ScheduledProcess, schedule: Schedule, start: ScheduledStart, queue: str, priority: Priority
) -> str:
    made_of = [
        _FORM,
        process.workflow_type,
        queue,
        schedule.cron,
        None if schedule.interval is None else schedule.interval.total_seconds(),
        schedule.overlap,
        None if schedule.catchup_window is None else schedule.catchup_window.total_seconds(),
        schedule.time_zone,
        sorted((start.key or {}).items()),
        astuple(priority),
    ]
    return sha256(json.dumps(made_of).encode()).hexdigest()


def _spec(schedule: Schedule) -> ScheduleSpec:
    return ScheduleSpec(
        cron_expressions=[] if schedule.cron is None else [schedule.cron],
        intervals=[] if schedule.interval is None else [ScheduleIntervalSpec(every=schedule.interval)],
        time_zone_name=schedule.time_zone,
    )


def _policy(schedule: Schedule) -> SchedulePolicy:
    return SchedulePolicy(
        overlap=ScheduleOverlapPolicy[schedule.overlap], catchup_window=schedule.catchup_window
    )


def _key_segment(process: ScheduledProcess, key: ScheduleKey | None) -> list[str]:
    if key is None:
        return []
    text = process.key_text(key)
    return [text if len(text) <= _KEY_CHARACTERS else sha256(text.encode()).hexdigest()]
