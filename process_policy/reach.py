"""Where workflow code begins, and what is workflow code at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from process_policy.resolve import External, Resolver
from process_policy.scopes import Class, Function, Module

_ENTRIES = frozenset(f"temporalio.workflow.{name}" for name in ("run", "init", "signal", "query", "update"))
_ACTIVITY = "temporalio.activity.defn"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A class whose methods Temporal, or the generated entry, runs as workflow code."""

    cls: Class
    entries: tuple[Function, ...]
    readers: tuple[Function, ...] = ()
    """Queries and validators: they are not in the history, so a replay does not run them."""


def may_matter(source: bytes) -> bool:
    """Whether a file may hold a workflow or a comment for this check; far quicker than parsing it."""
    return (b"defn" in source and b"workflow" in source) or b"Process" in source or b"policy:" in source


def find_workflows(modules: tuple[Module, ...], resolver: Resolver) -> list[Workflow]:
    """Every workflow class of the checked files with the methods that are called from outside.

    A class is one if it is decorated with `workflow.defn`, or extends `process_runtime.workflow.Process` or a
    base named `<Prefix>Process` of a generated `workflow` module.
    """
    found = []
    for cls in (cls for module in modules for cls in module.classes):
        if "temporalio.workflow.defn" in resolver.decorators(cls.node, cls.outer):
            entries = tuple(_temporal_entries(cls, resolver))
            readers = tuple(entry for entry in entries if _only_reads(entry, resolver))
            found.append(Workflow(cls, tuple(e for e in entries if e not in readers), readers))
        elif _is_process(cls, resolver):
            found.append(Workflow(cls, tuple(_public_methods(cls, resolver))))
    return found


def is_activity(function: Function, resolver: Resolver) -> bool:
    """Whether `function` runs outside the workflow, wherever it is mentioned: also a Nexus handler."""
    if not function.node.decorator_list:
        return False
    names = resolver.decorators(function.node, function.outer)
    return (
        _ACTIVITY in names
        or any(name.startswith(("nexusrpc.handler.", "temporalio.nexus.")) for name in names)
        or any(_makes_activities(decorator, function, resolver) for decorator in function.node.decorator_list)
    )


def _makes_activities(decorator: ast.expr, function: Function, resolver: Resolver) -> bool:
    """Whether a decorator of one's own calls `activity.defn`."""
    made_by = resolver.value(decorator.func if isinstance(decorator, ast.Call) else decorator, function.outer)
    return isinstance(made_by, Function) and any(
        isinstance(node, ast.Name | ast.Attribute)
        and resolver.value(node, made_by.scope) == External(_ACTIVITY)
        for node in ast.walk(made_by.node)
    )


def is_validator(function: Function) -> bool:
    """Whether `function` judges an update before it is accepted: `@approve.validator`."""
    return any(
        getattr(getattr(decorator, "func", decorator), "attr", "") == "validator"
        for decorator in function.node.decorator_list
    )


def _only_reads(function: Function, resolver: Resolver) -> bool:
    names = resolver.decorators(function.node, function.outer)
    return is_validator(function) or names & _ENTRIES == {"temporalio.workflow.query"}


def _temporal_entries(cls: Class, resolver: Resolver) -> Iterator[Function]:
    for method in _methods(cls, resolver):
        names = resolver.decorators(method.node, method.outer)
        if names & _ENTRIES or is_validator(method) or method.node.name == "__init__":
            yield method


def _public_methods(cls: Class, resolver: Resolver) -> Iterator[Function]:
    """What the generated entry and the runtime may call: everything that is not private."""
    for method in _methods(cls, resolver):
        if not method.node.name.startswith("_") or method.node.name == "__init__":
            yield method


def _methods(cls: Class, resolver: Resolver) -> Iterator[Function]:
    seen: set[str] = set()
    for candidate in resolver.lineage(cls):
        for name, bindings in candidate.scope.bindings.items():
            if name not in seen:
                yield from (binding for binding in bindings if isinstance(binding, Function))
                seen.add(name)


def _is_process(cls: Class, resolver: Resolver) -> bool:
    return any(
        _is_process_base(base.name)
        for candidate in resolver.lineage(cls)
        for base in resolver.bases(candidate)
        if isinstance(base, External)
    )


def _is_process_base(name: str) -> bool:
    module, _, base = name.rpartition(".")
    return name == "process_runtime.workflow.Process" or (
        base.endswith("Process") and module.rpartition(".")[2] == "workflow"
    )
