"""Exceptions: cancellations that are swallowed, and what leaves a workflow though it is no failure."""

from __future__ import annotations

import ast
import builtins

from process_policy.catalogue.topic import names
from process_policy.resolve import Resolver
from process_policy.scopes import Class, Function
from process_policy.site import Site, function_of, keyword, name_of, own_nodes
from process_policy.values import External

_CANCELLATIONS = frozenset(
    {"asyncio.CancelledError", "asyncio.exceptions.CancelledError", "builtins.BaseException"}
)
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


def swallows(site: Site, node: ast.Try) -> None:
    """A handler of cancellations that does nothing but let the workflow go on."""
    if not _awaits(node.body) or _cancels_itself(site) or _is_cleaning_up(site, node.body):
        return
    for handler in node.handlers:
        if _catches_cancellation(site, handler.type):
            if all(_is_idle(site, statement) for statement in handler.body):
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
    waits = ast.Await | ast.AsyncFor | ast.AsyncWith
    return any(
        isinstance(statement, waits) or any(isinstance(n, waits) for n in own_nodes(statement))
        for statement in body
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


def _is_idle(site: Site, statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=function)):
            name = name_of(site, function)
            return name.startswith(("temporalio.workflow.logger", "logging.")) or name == "builtins.print"
    return False


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
