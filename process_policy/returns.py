"""What calls of checked functions and methods give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from process_policy.annotations import annotated
from process_policy.scopes import Class, Function
from process_policy.values import Instance, Values, coroutine, elements, instance, join

if TYPE_CHECKING:
    from process_policy.resolve import Resolver


def returned(function: Function, resolver: Resolver) -> Values:
    """What a call of a checked function gives; of an async one, something to await."""
    node = function.node
    if node.returns is not None:
        values = annotated(node.returns, function.outer, resolver)
        if not _leaves_open(values):
            return coroutine(values) if isinstance(node, ast.AsyncFunctionDef) else values
    else:
        values = ()
    returns, yields = resolver.results(function)
    given = join([values, *(resolver.values(result, function.scope) for result in returns)])
    if yields:
        given = (instance("generator", join(resolver.values(result, function.scope) for result in yields)),)
    elif isinstance(node, ast.AsyncFunctionDef):
        given = coroutine(given)
    return given


def results(function: ast.AST) -> tuple[list[ast.expr], list[ast.expr]]:
    """What a function returns and yields, not what functions inside of it do."""
    returns: list[ast.expr] = []
    yields: list[ast.expr] = []
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop(0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.Return(value=ast.expr() as value):
                returns.append(value)
            case ast.Yield(value=ast.expr() as value):
                yields.append(value)
        waiting.extend(ast.iter_child_nodes(node))
    return returns, yields


_OPEN = ("typing.", "collections.abc.", "typing_extensions.")


def _leaves_open(values: Values) -> bool:
    return not values or any(
        isinstance(value, Instance)
        and (isinstance(value.type, Class) or value.type.startswith(_OPEN) or value.type in _BARE)
        and not value.args
        for value in values
    )


_BARE = frozenset({"builtins.list", "builtins.dict", "builtins.tuple"})


def iterated(values: Values, resolver: Resolver) -> Values:
    """What a loop over objects of checked classes binds."""
    return join(
        elements(resolver_result)
        for value in values
        if isinstance(value, Instance) and isinstance(value.type, Class)
        for method in resolver.classes.member(value.type, "__iter__")
        if isinstance(method, Function)
        for resolver_result in [returned(method, resolver)]
    )


def entered(values: Values, method: str, resolver: Resolver) -> Values:
    """What `with` binds: what `__enter__` gives, what a generator of contextlib yields, or the object."""
    found: list[Values] = []
    for value in values:
        match value:
            case Instance(type=Class() as cls):
                members = resolver.classes.member(cls, method)
                for member in members:
                    if isinstance(member, Function):
                        result = returned(member, resolver)
                        found.append(elements(result) if method == "__aenter__" else result)
            case Instance(type="generator", args=[inner]):
                found.append(inner)
            case Instance(type=str()):
                found.append((value,))
    return join(found)
