"""Temporal's workflow sandbox, without what it does over and over.

People's modules are loaded into a sandbox of each execution's own, so that none sees another's globals. What
isolates them is that they are executed anew, and not that they are looked for on the file system, read and,
where bytecode is not kept, compiled anew.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, Final

from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from process_runtime.workflow.activation import activating

__all__ = ["ProcessSandbox"]

# Where the SDK's instance keeps what it has loaded into the sandbox.
_INSIDE: Final = "__temporal_in_sandbox"


@dataclass(frozen=True)
class ProcessSandbox(SandboxedWorkflowRunner):
    """Runs workflow code in the SDK's sandbox: the same isolation and restrictions, at less cost.

    Code is read once in the life of a worker, so that files which change under it do not mix versions.
    """

    _found: dict[str, ModuleSpec] = field(default_factory=dict, init=False, repr=False, compare=False)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Load the workflow into a sandbox of its own."""
        with _FINDER.remembering(self._found):
            return _Instance(super().create_instance(det), self._found)


class _Instance(WorkflowInstance):
    """Asks for the context of a payload from outside.

    The SDK enters the sandbox for it, several times for every payload that a workflow sends, although no code
    of the workflow runs then.
    """

    def __init__(self, sandboxed: WorkflowInstance, found: dict[str, ModuleSpec]) -> None:
        self._sandboxed = sandboxed
        self._found = found
        # Another version of the SDK may keep it elsewhere: then it is asked as the SDK would.
        inside: Any = getattr(sandboxed, "globals_and_locals", {}).get(_INSIDE, sandboxed)
        self._context = inside.get_serialization_context
        self._store_context = inside.get_external_store_context

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        cancels = any(job.HasField("cancel_workflow") for job in act.jobs)
        with _FINDER.remembering(self._found), activating(cancels=cancels):
            return self._sandboxed.activate(act)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()


class _CachedLoader(Loader):
    """Executes a module's code, which it reads once."""

    def __init__(self, loader: InspectLoader) -> None:
        self._loader = loader
        self._code: CodeType | None = None

    def exec_module(self, module: ModuleType) -> None:
        if self._code is None:
            self._code = self._loader.get_code(module.__name__)
        if self._code is not None:
            exec(self._code, module.__dict__)  # noqa: S102 - how every loader does it

    def get_source(self, name: str) -> str | None:
        """For tracebacks."""
        return self._loader.get_source(name)


class _SandboxFinder(MetaPathFinder):
    """Finds what a sandbox loads, and asks the other finders once for each module; idle elsewhere."""

    def __init__(self) -> None:
        self._thread = threading.local()

    @contextmanager
    def remembering(self, found: dict[str, ModuleSpec]) -> Iterator[None]:
        """Remember in `found` what this thread loads meanwhile."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
        self._thread.found = found
        try:
            yield
        finally:
            self._thread.found = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        remembered: dict[str, ModuleSpec] | None = getattr(self._thread, "found", None)
        if remembered is None or not workflow.unsafe.in_sandbox():
            return None
        found = remembered.get(fullname) or self._find(fullname, path, target)
        if found is None:
            return None
        remembered[fullname] = found
        # The import system marks a spec while it loads the module, so that each module needs its own.
        spec = ModuleSpec(fullname, found.loader, origin=found.origin)
        spec.has_location = found.has_location
        spec.cached = found.cached
        if found.submodule_search_locations is not None:
            spec.submodule_search_locations = list(found.submodule_search_locations)
        return spec

    def _find(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """What the other finders say; None where a module cannot be had from its code alone."""
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is None:
                continue
            if spec.loader is None or type(spec.loader).__name__ == "NamespaceLoader":
                spec.loader = None
            elif isinstance(spec.loader, InspectLoader) and spec.origin and spec.origin.endswith(".py"):
                spec.loader = _CachedLoader(spec.loader)
            else:
                return None
            return spec
        return None


_FINDER: Final = _SandboxFinder()
