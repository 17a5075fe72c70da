"""What leaves a workflow though it is no failure of Temporal's."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator

from process_policy.catalogue.topic import names
from process_policy.findings import Finding
from process_policy.reach import Workflow, is_activity
from process_policy.resolve import Resolver
from process_policy.rules import RULES
from process_policy.scopes import Class, Function
from process_policy.site import Site, function_of, keyword
from process_policy.values import External

_LEAVES_BY = frozenset(f"temporalio.workflow.{name}" for name in ("run", "signal", "update"))
_FAILURES = frozenset({"TimeoutError"})
_MEANT = frozenset(
    names("NotImplementedError StopIteration StopAsyncIteration GeneratorExit KeyboardInterrupt SystemExit")
)
_TASK_FAILING = frozenset(
    f"builtins.{name}"
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception) and name not in _FAILURES | _MEANT
)


def asserts(site: Site, node: ast.Assert) -> None:
    """What an entry checks for its caller, as the message says; an assertion without one narrows a type."""
    function = function_of(site)
    if (
        function is None
        or node.msg is None
        or not _is_entry(function, site.resolver)
        or _is_caught(site, node)
    ):
        return
    match node.test:
        case ast.Call(func=ast.Name(id="isinstance")) | ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return
    site.report(node, "PRA008", "assert")


def leaves(site: Site, node: ast.Raise) -> None:
    """An exception that ends an entry of the workflow without being a failure."""
    function = function_of(site)
    if (
        function is None
        or function.owner is None
        or node.exc is None
        or not _is_entry(function, site.resolver)
    ):
        return
    if _is_caught(site, node):
        return
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    value = site.value(kind)
    if isinstance(value, External):
        is_failing = value.name in _TASK_FAILING
    else:
        is_failing = isinstance(value, Class) and _is_task_failing(value, site.resolver)
    if is_failing:
        site.report(node, "PRA008", ast.unparse(kind))


def _is_entry(function: Function, resolver: Resolver) -> bool:
    if not resolver.decorators(function.node, function.outer) & _LEAVES_BY or function.owner is None:
        return False
    definitions = [
        decorator
        for decorator in function.owner.node.decorator_list
        if _qualified(resolver, decorator, function.owner) == "temporalio.workflow.defn"
    ]
    return bool(definitions) and not any(
        isinstance(one, ast.Call) and (keyword(one, "failure_exception_types") or keyword(one, "dynamic"))
        for one in definitions
    )


def _qualified(resolver: Resolver, decorator: ast.expr, cls: Class) -> str:
    value = resolver.value(decorator.func if isinstance(decorator, ast.Call) else decorator, cls.outer)
    return value.name if isinstance(value, External) else ""


def _is_caught(site: Site, node: ast.stmt) -> bool:
    """Whether something around it may catch it."""
    inner: ast.AST = node
    for parent in reversed(site.parents):
        if isinstance(parent, ast.Try | ast.TryStar) and parent.handlers and inner in parent.body:
            return True
        if isinstance(parent, ast.With | ast.AsyncWith):
            return True
        inner = parent
    return False


def _is_task_failing(cls: Class, resolver: Resolver) -> bool:
    """Whether an exception class of the checked files certainly is no Temporal failure."""
    for candidate in resolver.lineage(cls):
        bases = resolver.bases(candidate)
        if len(bases) != len(candidate.node.bases) or not bases:
            return False
        if any(isinstance(base, External) and base.name not in _TASK_FAILING for base in bases):
            return False
    return True


def check_own_exceptions(workflow: Workflow, resolver: Resolver, report: Callable[[Finding], None]) -> None:
    """Exceptions of one's own that a helper raises and nothing on the way to the entry can catch.

    Those of Python are left alone in helpers: they say that the code is wrong, and then a workflow that waits
    for better code is right.
    """
    seen: set[Function] = set()
    waiting: list[tuple[Function, tuple[str, ...]]] = [
        (entry, (entry.name,)) for entry in workflow.entries if entry.owner and _is_entry(entry, resolver)
    ]
    while waiting:
        function, trace = waiting.pop(0)
        if function in seen:
            continue
        seen.add(function)
        for node in _uncaught(function.node.body):
            if isinstance(node, ast.Call):
                called = resolver.value(node.func, function.scope)
                if isinstance(called, Function) and not is_activity(called, resolver):
                    waiting.append((called, (*trace, called.name)))
            elif isinstance(node, ast.Raise) and len(trace) > 1:
                kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                value = resolver.value(kind, function.scope)
                if isinstance(value, Class) and _is_task_failing(value, resolver):
                    report(_finding(function, node, value.name, trace))


def _finding(function: Function, node: ast.Raise, name: str, trace: tuple[str, ...]) -> Finding:
    rule, module = RULES["PRA008"], function.module
    return Finding(
        module.path,
        node.lineno,
        module.column(node),
        rule.id,
        rule.about(name),
        function.name,
        (*trace, name),
    )


def _uncaught(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What is done outside of everything that may catch an exception."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.With | ast.AsyncWith):
            continue
        yield node
        if isinstance(node, ast.Try | ast.TryStar) and node.handlers:
            yield from _uncaught((*node.handlers, *node.orelse, *node.finalbody))
        else:
            yield from _uncaught(ast.iter_child_nodes(node))
