"""The sandbox of an execution: modules of its own, read once; the answers of the SDK's own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from temporalio import workflow
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from process_runtime.sandbox import ProcessSandbox

_WORKFLOW = """
from temporalio import workflow
import sandbox_marks
import sandboxed_helper

sandbox_marks.loaded.append(__name__)

@workflow.defn
class Sandboxed:
    @workflow.run
    async def run(self) -> None: ...
"""


_HELPER = """
import sandbox_marks

sandbox_marks.loaded.append(__name__)
"""


@dataclass(frozen=True)
class KeepingSandbox(ProcessSandbox):
    """Keeps the instances it creates."""

    instances: list[WorkflowInstance] = field(default_factory=list)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        self.instances.append(super().create_instance(det))
        return self.instances[-1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workflow, a module of people's that it imports, and one that notes what is loaded."""
    (tmp_path / "sandboxed_workflow.py").write_text(_WORKFLOW)
    (tmp_path / "sandboxed_helper.py").write_text(_HELPER)
    (tmp_path / "sandbox_marks.py").write_text("loaded = []\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("sandboxed_workflow", "sandboxed_helper", "sandbox_marks"):
        sys.modules.pop(name, None)


def sandbox() -> KeepingSandbox:
    return KeepingSandbox(SandboxRestrictions.default.with_passthrough_modules("sandbox_marks"))


def load(runner: KeepingSandbox) -> WorkflowInstance:
    module: ModuleType = importlib.import_module("sandboxed_workflow")
    definition: Any = workflow._Definition.must_from_class(module.Sandboxed)
    runner.prepare_workflow(definition)
    return runner.instances[-1]


async def test_each_execution_loads_people_s_modules_anew(folder: Path) -> None:
    runner = sandbox()
    marks = importlib.import_module("sandbox_marks")
    load(runner)
    marks.loaded.clear()
    load(runner)
    assert marks.loaded == ["sandboxed_helper", "sandboxed_workflow"]


async def test_a_file_that_changes_under_a_worker_does_not_mix_versions(folder: Path) -> None:
    runner = sandbox()
    load(runner)
    (folder / "sandboxed_helper.py").write_text("raise AssertionError('another version')")
    (folder / "sandboxed_workflow.py").unlink()
    marks = importlib.import_module("sandbox_marks")
    marks.loaded.clear()
    load(runner)
    assert marks.loaded == ["sandboxed_helper", "sandboxed_workflow"]


async def test_another_worker_reads_anew(folder: Path) -> None:
    load(sandbox())
    (folder / "sandboxed_helper.py").write_text("raise ImportError('another version')")
    with pytest.raises(ImportError, match="another version"):
        load(sandbox())


async def test_the_context_of_a_payload_is_the_one_that_the_sdk_gives(folder: Path) -> None:
    instance: Any = load(sandbox())
    sandboxed = instance._sandboxed
    assert instance.get_serialization_context(None) == sandboxed.get_serialization_context(None)
    assert instance.get_external_store_context(None) == sandboxed.get_external_store_context(None)
    assert instance.get_info() is sandboxed.get_info()
    assert instance._context != sandboxed.get_serialization_context, "asked within the sandbox"
