"""What a new module of people's starts as: its class is empty, the methods come as later ones do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from processctl.scaffold.methods import Import, Method
from protoc_gen_process.model import Delivery, Process

_STARTING = frozenset({Delivery.SIGNAL_WITH_START, Delivery.UPDATE_WITH_START, Delivery.START})


def workflow_impl(process: Process, methods: Sequence[Method]) -> str:
    """Return `workflow_impl.py` with an empty class."""
    base = f"{process.class_prefix}Process"
    imports = [Import(f"{process.package}.workflow", base, base), *_needed(methods)]
    return f'''"""Business logic of the {process.name} process.

This code is replayed: time, randomness and everything outside come from `self` and its activities.
"""

{_import_block(process, imports)}


class {process.class_prefix}({base}):
    """One {process.name} process."""
'''


def activities_impl(process: Process, methods: Sequence[Method]) -> str:
    """Return `activities_impl.py` with an empty class."""
    base = f"{process.class_prefix}Activities"
    imports = [
        Import("collections.abc", "AsyncIterator", "AsyncIterator"),
        Import("contextlib", "asynccontextmanager", "asynccontextmanager"),
        Import(f"{process.package}.activities", base, base),
        *_needed(methods),
    ]
    return f'''"""Activities of the {process.name} process: what it does to the world outside.

Temporal may run an activity again: hand `process_runtime.activities.idempotency_key()` to what it calls.
"""

{_import_block(process, imports)}


class {base}Impl({base}):
    """Does what the {process.name} process asks for."""


@asynccontextmanager
async def create_activities() -> AsyncIterator[{base}]:
    """Open clients and pools for as long as the worker runs."""
    yield {base}Impl()
'''


def package(process: Process) -> str:
    """Return `__init__.py`."""
    return f'"""What people write for the {process.name} process."""\n'


def _needed(methods: Sequence[Method]) -> Iterable[Import]:
    return (needed for method in methods for needed in method.imports)


def _import_block(process: Process, imports: Iterable[Import]) -> str:
    """Return the statements as isort orders them: standard library, packages, and the repo's own."""
    own = {process.package, process.impl_module.partition(".")[0]}
    groups: tuple[list[Import], ...] = ([], [], [])
    for needed in imports:
        top = (needed.module or needed.name).partition(".")[0]
        groups[0 if top in sys.stdlib_module_names else 2 if top in own else 1].append(needed)
    return "\n\n".join(_statements(group) for group in groups if group)


def _statements(imports: Iterable[Import]) -> str:
    plain = sorted({needed.statement() for needed in imports if not needed.module})
    names: dict[str, set[str]] = {}
    for needed in imports:
        if needed.module:
            alias = f" as {needed.local}" if needed.local != needed.name else ""
            names.setdefault(needed.module, set()).add(needed.name + alias)
    joined = (f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names))
    return "\n".join([*plain, *joined])


def conftest() -> str:
    """Return `tests/conftest.py`."""
    return '''"""Fixtures of the behaviour tests."""

from process_runtime.testing.fixtures import temporal_env, time_skipping_env

__all__ = ["temporal_env", "time_skipping_env"]
'''


def test_behavior(process: Process) -> str:
    """Return `tests/test_behavior.py`: one test, red for as long as the stubs are."""
    event = next((event for event in process.events if event.delivery in _STARTING), None)
    start = process.start.wrapper or process.start.newest.message
    harness = f"{process.class_prefix}Harness"
    sample = "sample_envelope" if event else "sample_message"
    imports = [
        Import("process_runtime.testing", sample, sample),
        Import(None, "pytest", "pytest"),
        Import("temporalio.testing", "WorkflowEnvironment", "WorkflowEnvironment"),
        Import(f"{process.package}.testing", harness, harness),
    ]
    if event:
        steps = f"""\
    async with {harness}(temporal_env) as harness:
        run = await harness.send(sample_envelope(harness.client.router, "{event.case}"))
        await run.result()
"""
    else:
        package, _, module = start.module.rpartition(".")
        imports += [
            Import(package or None, module, module),
            Import(None, "asyncio", "asyncio"),
        ]
        steps = f"""\
    async with {harness}(temporal_env) as harness, asyncio.timeout(30):
        await harness.temporal.execute_workflow(
            harness.registration.contract.workflow_type,
            sample_message({module}.{start.path}),
            id="behavior",
            task_queue=harness.task_queue,
        )
"""
    return f'''"""What the {process.name} process does: begin with this test, and add what people rely on."""

{_import_block(process, imports)}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_process_runs_to_its_end(temporal_env: WorkflowEnvironment) -> None:
    """Red until `{process.class_prefix}` is written; activities answer with empty responses."""
{steps}'''
