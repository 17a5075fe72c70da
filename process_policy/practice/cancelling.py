"""Cancellations that are swallowed."""

from __future__ import annotations

import ast

from process_policy.site import Site, function_of, name_of, own_nodes

_CANCELLATIONS = frozenset(
    {"asyncio.CancelledError", "asyncio.exceptions.CancelledError", "builtins.BaseException"}
)

_SLEEPS = frozenset({"asyncio.sleep", "temporalio.workflow.sleep"})


def swallows(site: Site, node: ast.Try) -> None:
    """A handler of cancellations that does nothing but let the workflow go on."""
    if not _awaits(node.body) or _cancels_itself(site) or _is_cleaning_up(site, node.body):
        return
    for handler in node.handlers:
        if _catches_cancellation(site, handler.type):
            if all(_is_idle(site, statement) for statement in handler.body) or _takes_all(site, handler):
                site.report(handler, "PRA007", "except")
            return


def suppresses(site: Site, node: ast.With) -> None:
    """`with suppress(asyncio.CancelledError)` around what is awaited."""
    if not _awaits(node.body) or _cancels_itself(site) or _is_cleaning_up(site, node.body):
        return
    for item in node.items:
        call = item.context_expr
        arguments = call.args if isinstance(call, ast.Call) else []
        if isinstance(call, ast.Call) and name_of(site, call.func) != "contextlib.suppress":
            continue
        if any(name_of(site, argument) in _CANCELLATIONS for argument in arguments):
            site.report(call, "PRA007", "suppress")


def _awaits(body: list[ast.stmt]) -> bool:
    """Whether something is awaited that only the workflow's own cancellation would cancel.

    A task that is kept may have been cancelled by itself: `await self.timer`.
    """
    return any(
        isinstance(node, ast.Await) and isinstance(node.value, ast.Call)
        for statement in body
        for node in (statement, *own_nodes(statement))
    )


def _cancels_itself(site: Site) -> bool:
    """Whether the function cancels something itself and then waits for it to end."""
    function = function_of(site)
    return function is None or any(
        isinstance(node, ast.Attribute) and node.attr == "cancel" for node in ast.walk(function.node)
    )


def _is_cleaning_up(site: Site, body: list[ast.stmt]) -> bool:
    """Whether the cancellation has come already, or is kept away from what is awaited."""
    if any(isinstance(parent, ast.ExceptHandler) for parent in site.parents):
        return True
    inner: ast.AST = body[0]
    for parent in reversed(site.parents):
        if isinstance(parent, ast.Try | ast.TryStar) and any(
            inner in ast.walk(part) for part in parent.finalbody
        ):
            return True
    return any(
        isinstance(node, ast.Call) and name_of(site, node.func) == "asyncio.shield"
        for statement in body
        for node in own_nodes(statement)
    )


def _catches_cancellation(site: Site, kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(name_of(site, one) in _CANCELLATIONS for one in kinds)


def _takes_all(site: Site, handler: ast.ExceptHandler) -> bool:
    """Whether it catches everything there is, looks at nothing of it and only notes that something was."""
    if handler.type is not None and name_of(site, handler.type) != "builtins.BaseException":
        return False
    simple = ast.Assign | ast.AugAssign | ast.AnnAssign
    return all(isinstance(part, simple) or _is_idle(site, part) for part in handler.body) and not any(
        isinstance(part, ast.Await) or (isinstance(part, ast.Name) and part.id == handler.name)
        for part in own_nodes(handler)
    )


def _is_idle(site: Site, statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Await(value=ast.Call(func=function))):
            return name_of(site, function) in _SLEEPS
        case ast.Expr(value=ast.Call(func=function)):
            name = name_of(site, function)
            return name.startswith(("temporalio.workflow.logger", "logging.")) or name == "builtins.print"
    return False
