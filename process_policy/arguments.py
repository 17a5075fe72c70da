"""What calls pass on: arguments to the parameters of checked functions, and to the fields of dataclasses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from process_policy.resolve import Resolver
from process_policy.scopes import Assigned, Class, Function, Parameter, Scope
from process_policy.values import Closure, External, Instance, Value, Values, elements

_APPLYING = frozenset({"builtins.map", "builtins.filter", "functools.reduce"})
_KEYED = frozenset({"builtins.sorted", "builtins.min", "builtins.max"})


def pass_arguments(
    node: ast.Call, callees: Values, scope: Scope, resolver: Resolver
) -> Iterator[Function | Class | None]:
    """Note what a call passes; yields whose parameters turn out to be more than was known.

    None stands for a lambda, which is part of the place that calls it.
    """
    for callee in callees:
        match callee:
            case External(name=name) if name in _APPLYING and len(node.args) > 1:
                items = elements(resolver.values(node.args[1], scope))
                for function in resolver.values(node.args[0], scope):
                    yield from _pass(function, node.args[0], [items], {}, resolver)
            case External(name=name) if name in _KEYED and node.args:
                items = elements(resolver.values(node.args[0], scope))
                for word in node.keywords:
                    if word.arg == "key":
                        for function in resolver.values(word.value, scope):
                            yield from _pass(function, word.value, [items], {}, resolver)
            case External(name="functools.partial") if node.args:
                for function in resolver.values(node.args[0], scope):
                    yield from _pass(function, node.args[0], *_given(node, scope, resolver, 1), resolver)
            case Function() | Closure() | Class() | Instance():
                yield from _pass(callee, node.func, *_given(node, scope, resolver, 0), resolver)


def _given(
    node: ast.Call, scope: Scope, resolver: Resolver, skipped: int
) -> tuple[list[Values], dict[str, Values]]:
    positional: list[Values] = []
    for argument in node.args[skipped:]:
        if isinstance(argument, ast.Starred):
            break  # how many there are is not known
        positional.append(resolver.values(argument, scope))
    return positional, {word.arg: resolver.values(word.value, scope) for word in node.keywords if word.arg}


def _pass(  # noqa: PLR0912
    callee: Value, named_by: ast.expr, positional: list[Values], words: dict[str, Values], resolver: Resolver
) -> Iterator[Function | Class | None]:
    if not (any(positional) or any(words.values())):
        return
    match callee:
        case Function(node=function, scope=scope, owner=owner):
            is_static = any(getattr(part, "id", "") == "staticmethod" for part in function.decorator_list)
            through_class = isinstance(named_by, ast.Attribute) and not is_static
            is_bound = owner is not None and not is_static
            if is_bound and through_class and _is_plain_of_class(function, named_by, scope):
                positional = positional[1:]
            if _fill(function.args, scope, positional, words, resolver, skip_first=is_bound):
                yield callee
        case Closure(node=closure, scope=scope):
            if _fill(closure.args, scope, positional, words, resolver):
                yield None
        case Instance(type=Class() as cls):
            for method in resolver.classes.member(cls, "__call__"):
                if isinstance(method, Function):
                    yield from _pass(method, ast.Name(""), positional, words, resolver)
        case Class():
            constructors = resolver.classes.member(callee, "__init__")
            for method in constructors:
                if isinstance(method, Function):
                    yield from _pass(method, ast.Name(""), positional, words, resolver)
            if not constructors and _fill_fields(callee, positional, words, resolver):
                yield callee


def _is_plain_of_class(
    function: ast.FunctionDef | ast.AsyncFunctionDef, named_by: ast.expr, scope: Scope
) -> bool:
    """Whether `Order.total(order)` passes the receiver itself."""
    if not isinstance(named_by, ast.Attribute) or not isinstance(named_by.value, ast.Name):
        return False
    if any(getattr(part, "id", "") == "classmethod" for part in function.decorator_list):
        return False
    found = scope.module.scope.bindings.get(named_by.value.id, ())
    return bool(found) and all(isinstance(binding, Class) for binding in found)


def _fill(
    arguments: ast.arguments,
    scope: Scope,
    positional: list[Values],
    words: dict[str, Values],
    resolver: Resolver,
    *,
    skip_first: bool = False,
) -> bool:
    bound_by = scope.module.bound_by
    names = [*arguments.posonlyargs, *arguments.args]
    changed = False

    def note(argument: ast.arg, values: Values) -> None:
        nonlocal changed
        parameter = bound_by.get((argument, argument.arg))
        if isinstance(parameter, Parameter) and resolver.facts.pass_to(parameter, values):
            changed = resolver.bindings.is_known(parameter) or changed

    expected = names[1:] if skip_first else names
    for argument, values in zip(expected, positional, strict=False):
        note(argument, values)
    if arguments.vararg:
        for values in positional[len(expected) :]:
            note(arguments.vararg, values)
    by_name = {argument.arg: argument for argument in (*expected, *arguments.kwonlyargs)}
    for name, values in words.items():
        if name in by_name:
            note(by_name[name], values)
        elif arguments.kwarg:
            note(arguments.kwarg, values)
    return changed


def _fill_fields(cls: Class, positional: list[Values], words: dict[str, Values], resolver: Resolver) -> bool:
    fields: dict[str, None] = {}
    for candidate in reversed(resolver.lineage(cls)):
        for name, bindings in candidate.scope.bindings.items():
            if any(isinstance(binding, Assigned) and binding.annotation for binding in bindings):
                fields[name] = None
    given = dict(zip(fields, positional, strict=False)) | {
        name: values for name, values in words.items() if name in fields
    }
    news = [resolver.facts.set_field(cls, name, values) for name, values in given.items()]
    return any(news)
