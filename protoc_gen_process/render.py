"""Model and templates -> files."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import jinja2

from protoc_gen_process.expressions import SCOPE
from protoc_gen_process.layout import IMPORTS_MARK, FileScope, ModuleNames, finish
from protoc_gen_process.model import Generation, Process, WorkerGroup
from protoc_gen_process.templating import create_environment
from protoc_gen_process.view import ProcessView, modules_of

_PROCESS_FILES = (
    "__init__.py",
    "client.py",
    "contract.py",
    "registration.py",
    "router.py",
    "subscriptions.py",
    "testing.py",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/test_determinism_policy.py",
    "tests/test_idempotency_invariants.py",
    "tests/test_import_policy.py",
    "tests/test_replay.py",
    "tests/test_routing_contract.py",
    "tests/test_versioning_contract.py",
    "tests/test_workflow_id_contract.py",
    "workflow.py",
)
_ACTIVITY_FILES = ("activities.py",)
_SCHEDULE_FILES = ("schedules.py",)
_GROUP_FILES = (
    "__main__.py",
    "ingress/__init__.py",
    "ingress/__main__.py",
    "ingress/config.py",
    "worker/__init__.py",
    "worker/__main__.py",
    "worker/config.py",
)


class GeneratedFile(NamedTuple):
    """One file of the generated tree."""

    name: str
    """Path below the out folder, with slashes."""
    content: str


def render(generation: Generation) -> list[GeneratedFile]:
    """Return every file of `generation`, sorted by name."""
    renderer = _Renderer(_environment(), generation.plugin_version)
    files = [file for group in generation.groups for file in renderer.group(group)]
    return sorted(files, key=lambda file: file.name)


@functools.cache
def _environment() -> jinja2.Environment:
    """Made once in a program that renders again: to see that templates are fresh, all of them are read."""
    return create_environment()


class _Renderer:
    def __init__(self, environment: jinja2.Environment, plugin_version: str) -> None:
        self._environment = environment
        self._plugin_version = plugin_version

    def group(self, group: WorkerGroup) -> Iterator[GeneratedFile]:
        """The files of a worker group and its processes."""
        for process in group.processes:
            yield from self.process(process)
        names = ModuleNames(())
        shared: dict[str, Any] = {
            "g": group,
            "sources": [process.source for process in group.processes],
            "impl_roots": (),
            "exemptions": {},
        }
        files: tuple[str, ...] = _GROUP_FILES
        if group.package not in {process.package for process in group.processes}:
            files = ("__init__.py", *files)
        for file in files:
            yield self._file("group", group.package, file, names, shared)

    def process(self, process: Process) -> Iterator[GeneratedFile]:
        """The files of one process."""
        names = ModuleNames(modules_of(process))
        view = ProcessView(process)
        shared = {
            "p": process,
            "view": view,
            "exemptions": view.exemptions,
            "sources": [process.source],
            "impl_roots": (process.impl_module.partition(".")[0],),
        }
        files: tuple[str, ...] = _PROCESS_FILES
        files += _ACTIVITY_FILES if process.activities else ()
        files += _SCHEDULE_FILES if process.schedules else ()
        for file in files:
            yield self._file("process", process.package, file, names, shared)

    def _file(
        self, folder: str, package: str, file: str, names: ModuleNames, shared: dict[str, Any]
    ) -> GeneratedFile:
        scope = FileScope(names)
        first_party = {package, *shared["impl_roots"]}
        exempt = shared["exemptions"].get(file, [])
        template = self._environment.get_template(f"{folder}/{file}.j2")
        text = template.render(
            shared, plugin_version=self._plugin_version, imports=IMPORTS_MARK, **{SCOPE: scope}
        )
        return GeneratedFile(f"{package}/{file}", finish(text, scope, first_party, exempt))
