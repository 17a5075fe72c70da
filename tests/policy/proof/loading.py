"""What both programs of the proof share: the modules of the corpus, imported as a worker would."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import traceback
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from temporalio import workflow
from temporalio.common import RawValue

from process_runtime.ending import exit_process

# The SDK's own marks of what its decorators have seen.
_WORKFLOW = "__temporal_workflow_definition"
_ACTIVITY = "__temporal_activity_definition"


@dataclass
class Loaded:
    """A snippet's module."""

    name: str
    drive: dict[str, Any]
    workflow_type: str = ""
    workflows: list[type] = field(default_factory=list)
    activities: dict[str, Callable[..., Any]] = field(default_factory=dict)
    refused: str | None = None
    """Why the SDK did not take it."""


@workflow.defn(dynamic=True)
class AnyWorkflow:
    """Stands in for every child workflow that a snippet starts."""

    @workflow.run
    async def run(self, _arguments: Sequence[RawValue]) -> None:
        """Do nothing."""


def load(plan: Path) -> list[Loaded]:
    """Import what the plan names."""
    return [_load(entry) for entry in json.loads(plan.read_text())]


def _load(entry: dict[str, Any]) -> Loaded:
    loaded = Loaded(entry["name"], entry["drive"])
    if entry["root"] not in sys.path:
        sys.path.append(entry["root"])
    try:
        module = importlib.import_module(entry["module"])
    except Exception as error:  # noqa: BLE001 - a label says which are refused
        loaded.refused = f"{type(error).__name__}: {error}"
        return loaded
    for value in vars(module).values():
        if not inspect.isclass(value):
            _add_activity(loaded, value)
            continue
        if _WORKFLOW in vars(value):
            loaded.workflows.append(value)
        for member in vars(value).values():
            _add_activity(loaded, member, value)
    own = [found for found in loaded.workflows if found.__module__ == module.__name__]
    loaded.workflow_type = getattr(own[-1], _WORKFLOW).name
    return loaded


def _add_activity(loaded: Loaded, value: Any, owner: type | None = None) -> None:
    definition = getattr(value, _ACTIVITY, None) if callable(value) else None
    if definition is not None:
        loaded.activities[definition.name] = value if owner is None else partial(_call_method, value, owner)


def _call_method(method: Callable[..., Any], owner: type, *arguments: Any) -> Any:
    return method(owner(), *arguments)


def workflow_id(name: str) -> str:
    """A new ID for an execution of the snippet of this name."""
    return f"{name}:{uuid.uuid4()}"


def name_of(workflow_id: str) -> str:
    """The snippet whose execution has this ID."""
    return workflow_id.rpartition(":")[0]


def end_with(program: Coroutine[Any, Any, None]) -> NoReturn:
    """Run a program, and end the process."""
    status = 1
    try:
        asyncio.run(program)
        status = 0
    except BaseException as error:  # noqa: BLE001 - exit_process would swallow it
        traceback.print_exception(error)
    exit_process(status)
