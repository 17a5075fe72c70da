"""`processctl search-attributes` and `processctl schedules`: what processes need in a namespace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import typer
from pydantic import ValidationError
from temporalio.client import Client

from process_runtime.config import WorkerSettings, validation_problems
from process_runtime.schedules import Change, ScheduleAction, ScheduleError, Schedules, apply, plan
from process_runtime.search_attributes import SearchAttributeError, check, register
from processctl.errors import ProjectError
from processctl.generated import GeneratedProcesses, read_generated
from processctl.repo import Repo
from processctl.temporal import read_settings, with_client

T = TypeVar("T")

_SIGNS: Final = {
    ScheduleAction.CREATE: "+",
    ScheduleAction.UPDATE: "~",
    ScheduleAction.DELETE: "-",
    ScheduleAction.KEEP: "=",
}


def check_search_attributes(directory: Path) -> None:
    """Say which search attributes the namespace has and lacks.

    Raises:
        ProjectError: It lacks some, has some of another type, or cannot be asked.
    """
    contracts = _processes(directory).contracts
    found = _with_client(lambda client, _: check(client, contracts))
    for name, kind in found.present.items():
        typer.echo(f"{name} ({kind}): there")
    if found.unchecked:
        raise ProjectError(f"search attributes {found.unchecked}")
    if found.problems:
        raise ProjectError("\n".join(found.problems))
    if not found.present:
        typer.echo("no contract names a search attribute")


def apply_search_attributes(directory: Path) -> None:
    """Register the search attributes that the namespace lacks.

    Raises:
        ProjectError: One has another type there, or the namespace refuses.
    """
    contracts = _processes(directory).contracts
    before = _with_client(lambda client, _: register(client, contracts))
    if before.unchecked:
        raise ProjectError(f"search attributes {before.unchecked}: register them by other means")
    for name, kind in before.present.items():
        typer.echo(f"{name} ({kind}): there")
    for name, kind in before.missing.items():
        typer.echo(f"{name} ({kind}): registered")
    if not before.present and not before.missing:
        typer.echo("no contract names a search attribute")


def list_schedules(directory: Path, keys: Path | None) -> None:
    """Print the IDs of the schedules that there should be."""
    processes = _processes(directory)
    try:
        settings = WorkerSettings()
    except ValidationError as error:
        raise ProjectError("\n".join(validation_problems(error, WorkerSettings))) from error
    for schedule_id in _schedules(processes, settings, keys).desired:
        typer.echo(schedule_id)


def diff_schedules(directory: Path, keys: Path | None) -> None:
    """Print what `apply` would do."""
    _say(_change(directory, keys, plan))


def apply_schedules(directory: Path, keys: Path | None) -> None:
    """Create, update and remove schedules, and print what was done."""
    _say(_change(directory, keys, apply))


def _change(
    directory: Path, keys: Path | None, act: Callable[[Client, Schedules], Awaitable[list[Change]]]
) -> list[Change]:
    processes = _processes(directory)
    return _with_client(lambda client, settings: act(client, _schedules(processes, settings, keys)))


def _say(changes: list[Change]) -> None:
    for change in changes:
        typer.echo(f"{_SIGNS[change.action]} {change.schedule_id}")
    if not changes:
        typer.echo("no schedules")


def _processes(directory: Path) -> GeneratedProcesses:
    return read_generated(Repo.find(directory))


def _schedules(processes: GeneratedProcesses, settings: WorkerSettings, keys: Path | None) -> Schedules:
    try:
        return Schedules.read(
            processes.contracts,
            processes.scheduled,
            keys or settings.schedule_keys_file,
            settings.temporal_task_queue,
            priorities=settings.task_priorities,
        )
    except ScheduleError as error:
        raise ProjectError("\n".join(error.problems)) from error


def _with_client(work: Callable[[Client, WorkerSettings], Awaitable[T]]) -> T:
    """Connect as a worker would, with its settings, and work."""
    settings = read_settings(WorkerSettings)
    try:
        return with_client(settings, lambda client: work(client, settings))
    except ScheduleError as error:
        raise ProjectError("\n".join(error.problems)) from error
    except SearchAttributeError as error:
        raise ProjectError(str(error)) from error
