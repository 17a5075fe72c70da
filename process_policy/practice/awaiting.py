"""Coroutines that nobody awaits."""

from __future__ import annotations

import ast

from process_policy.catalogue.topic import names
from process_policy.scopes import Function
from process_policy.site import Site, function_of, name_of, own_nodes

_HANDLES = names("""
    temporalio.workflow.ExternalWorkflowHandle: signal cancel
    temporalio.workflow.ChildWorkflowHandle: signal
""")
_COROUTINES = frozenset(
    f"temporalio.workflow.{name}"
    for name in names("""
    execute_activity execute_activity_method execute_activity_class execute_local_activity
    execute_local_activity_method execute_local_activity_class execute_child_workflow start_child_workflow
    sleep wait_condition wait
    """)
) | {*_HANDLES, "asyncio.sleep", "asyncio.wait_for", "asyncio.wait", "asyncio.to_thread"}
_USES = (
    ast.If
    | ast.While
    | ast.BoolOp
    | ast.Compare
    | ast.BinOp
    | ast.UnaryOp
    | ast.FormattedValue
    | ast.Subscript
)
"""What has no use for a coroutine."""
_ENTRIES = frozenset(f"temporalio.workflow.{name}" for name in ("run", "update"))


def awaits(site: Site, node: ast.Call) -> None:
    """A call that gives a coroutine, where a coroutine is of no use."""
    parent = site.parents[-1] if site.parents else None
    if isinstance(parent, ast.Await) or not _is_coroutine(site, node):
        return
    match parent:
        case ast.Expr():
            unused = True
        case ast.Assign(targets=[ast.Name(id=name)]):
            unused = _is_never_read(site, name)
        case ast.Return():
            unused = _is_entry(site)
        case _:
            unused = isinstance(parent, _USES)
    if unused:
        site.report(node, "PRA004", ast.unparse(node.func))


def _is_coroutine(site: Site, node: ast.Call) -> bool:
    if name_of(site, node.func) in _COROUTINES:
        return True
    called = site.value(node.func)
    return (
        isinstance(called, Function)
        and isinstance(called.node, ast.AsyncFunctionDef)
        and not called.node.decorator_list
        and not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_nodes(called.node))
    )


def _is_never_read(site: Site, name: str) -> bool:
    function = function_of(site)
    return function is not None and not any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        for part in ast.walk(function.node)
    )


def _is_entry(site: Site) -> bool:
    function = function_of(site)
    if function is None or any(isinstance(parent, ast.Lambda) for parent in site.parents):
        return False
    return isinstance(function.node, ast.AsyncFunctionDef) and bool(
        site.resolver.decorators(function.node, function.outer) & _ENTRIES
    )
