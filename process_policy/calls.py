"""What calls, displays and subscripts give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from process_policy.annotations import annotated
from process_policy.catalogue import RETURNS
from process_policy.containers import made_by, method_of
from process_policy.returns import returned
from process_policy.scopes import Class, Function, Scope
from process_policy.values import (
    ITEMS,
    KEYS,
    PATH,
    Closure,
    External,
    Instance,
    Super,
    Value,
    Values,
    awaited,
    coroutine,
    elements,
    follows_set,
    instance,
    is_set,
    item,
    join,
)

if TYPE_CHECKING:
    from process_policy.resolve import Resolver

_SET_ALGEBRA = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub)
_VIEWS = frozenset({"builtins.dict_keys", "builtins.dict_items"})
_CONSTANTS: dict[type, Values] = {
    kind: (Instance(f"builtins.{kind.__name__}"),) for kind in (bool, bytes, float, int, str)
}
_STARTS = tuple(
    f"temporalio.workflow.{verb}_{what}"
    for verb in ("execute", "start")
    for what in ("activity", "activity_method", "local_activity", "local_activity_method")
)
_MAKERS = frozenset({"connect", "create", "lazy_connect", "new", "open"})
_PASSING_ON = frozenset(
    {"asyncio.create_task", "asyncio.ensure_future", "asyncio.shield", "asyncio.wait_for", "copy.copy"}
) | {"copy.deepcopy", "functools.partial", "functools.partialmethod", "typing.cast"}


def constant(node: ast.expr | None) -> Values:
    """The type of a literal."""
    return _CONSTANTS.get(type(node.value), ()) if isinstance(node, ast.Constant) else ()


def display(node: ast.expr, scope: Scope, resolver: Resolver) -> Values:  # noqa: PLR0911
    """What a display, comprehension or operation gives."""
    match node:
        case ast.Set(elts=parts):
            return (instance("builtins.set", _parts(parts, scope, resolver)),)
        case ast.List(elts=parts):
            return (instance("builtins.list", _parts(parts, scope, resolver)),)
        case ast.Tuple(elts=parts):
            if any(isinstance(part, ast.Starred) for part in parts):
                return (instance("builtins.list", _parts(parts, scope, resolver)),)
            return (instance("builtins.tuple", *(resolver.values(part, scope) for part in parts)),)
        case ast.Dict(keys=keys, values=parts):
            return (_dict(keys, parts, scope, resolver),)
        case ast.SetComp(elt=element):
            return (instance("builtins.set", _inside(node, element, resolver, scope)),)
        case ast.ListComp(elt=element):
            return (instance("builtins.list", _inside(node, element, resolver, scope)),)
        case ast.GeneratorExp(elt=element):
            return (instance("generator", _inside(node, element, resolver, scope)),)
        case ast.DictComp(generators=[first, *_]):
            ordered = not any(map(follows_set, resolver.values(first.iter, scope)))
            key, value = (_inside(node, part, resolver, scope) for part in (node.key, node.value))
            return (instance("builtins.dict", key, value, ordered=ordered),)
        case ast.JoinedStr():
            return _CONSTANTS[str]
        case ast.BinOp():
            return _operation(node, scope, resolver)
    return ()


def _parts(parts: list[ast.expr], scope: Scope, resolver: Resolver) -> Values:
    return join(
        elements(resolver.values(part.value, scope))
        if isinstance(part, ast.Starred)
        else resolver.values(part, scope)
        for part in parts
    )


def _dict(keys: list[ast.expr | None], parts: list[ast.expr], scope: Scope, resolver: Resolver) -> Instance:
    merged = join(resolver.values(part, scope) for key, part in zip(keys, parts, strict=True) if key is None)
    own = [resolver.values(part, scope) for key, part in zip(keys, parts, strict=True) if key is not None]
    return instance(
        "builtins.dict",
        join([elements(merged), join(resolver.values(key, scope) for key in keys if key)]),
        join([item(merged, None), *own]),
        ordered=not any(map(follows_set, merged)),
    )


def _inside(node: ast.expr, part: ast.expr, resolver: Resolver, scope: Scope) -> Values:
    return resolver.values(part, scope.module.scope_of[node])


def _operation(node: ast.BinOp, scope: Scope, resolver: Resolver) -> Values:
    left, right = resolver.values(node.left, scope), resolver.values(node.right, scope)
    both = (*left, *right)
    if isinstance(node.op, _SET_ALGEBRA):
        sets = tuple(value for value in both if is_set(value))
        views = [value for value in both if isinstance(value, Instance) and value.type in _VIEWS]
        if sets or views:
            return (instance("builtins.set", elements(join([sets, tuple(views)]))),)
        if isinstance(node.op, ast.BitOr):
            return join([left, right])
    if isinstance(node.op, ast.Add):
        return tuple(value for value in both if isinstance(value, Instance) and isinstance(value.type, str))
    if isinstance(node.op, ast.Div) and any(map(_is_path, both)):
        return (PATH,)
    return left if isinstance(node.op, ast.Mod) and left == _CONSTANTS[str] else ()


def _is_path(value: Value) -> bool:
    return value == PATH or (isinstance(value, External) and value.name.startswith("pathlib.Path.parent"))


def subscript(owners: Values, index: ast.expr) -> Values:
    """What `owner[index]` gives."""
    if isinstance(index, ast.Slice):
        return owners
    position: int | None = None
    match index:
        case ast.Constant(value=int() as place):
            position = place
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as place)):
            position = -place
    types = tuple(value for value in owners if isinstance(value, Class))  # Holder[str]
    return join([item(owners, position), types])


def called(node: ast.Call, scope: Scope, resolver: Resolver) -> Values:
    """What a call gives."""
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(scope, resolver)
    found = [_called(callee, node, scope, resolver) for callee in resolver.values(node.func, scope)]
    if isinstance(node.func, ast.Attribute):
        for owner in resolver.values(node.func.value, scope):
            if isinstance(owner, Instance) and isinstance(owner.type, str):
                default = node.args[1] if len(node.args) > 1 else None
                found.append(method_of(owner, node.func.attr, resolver.values(default, scope)))
        if node.func.attr in ("keys", "items") and not (node.args or join(found)):
            return (KEYS if node.func.attr == "keys" else ITEMS,)
    return join(found)


def _called(callee: Value, node: ast.Call, scope: Scope, resolver: Resolver) -> Values:  # noqa: PLR0911
    match callee:
        case External(name="builtins.getattr" | "builtins.object.__getattribute__"):
            return _getattr(node, scope, resolver)
        case External(name="builtins.type"):
            values = resolver.values(node.args[0], scope) if len(node.args) == 1 else ()
            types = (value.type for value in values if isinstance(value, Instance))
            return tuple(External(kind) if isinstance(kind, str) else kind for kind in types)
        case External(name=name) if name in _PASSING_ON:
            position = 1 if name == "typing.cast" else 0
            if name == "typing.cast" and node.args:
                return annotated(node.args[0], scope, resolver)
            return resolver.values(node.args[position], scope) if len(node.args) > position else ()
        case External(name="asyncio.gather"):
            results = [awaited(resolver.values(part, scope)) for part in node.args]
            return coroutine((instance("builtins.tuple", *results),))
        case External(name=name) if name.startswith(_STARTS):
            return _result_of_activity(node, scope, resolver)
        case External(name=name):
            return _external(name, node, scope, resolver)
        case Class() as cls:
            return (Instance(cls), *resolver.classes.as_instance(cls))
        case Function() as function:
            return returned(function, resolver)
        case Closure(node=function_node, scope=inner):
            return resolver.values(function_node.body, inner)
        case Instance(type=Class() as cls):
            methods = resolver.classes.member(cls, "__call__")
            return join(returned(method, resolver) for method in methods if isinstance(method, Function))
    return ()


def _external(name: str, node: ast.Call, scope: Scope, resolver: Resolver) -> Values:
    arguments = [resolver.values(argument, scope) for argument in node.args]
    made = made_by(name, arguments)
    if made is not None:
        return made
    known = RETURNS.get(name)
    owner, _, last = name.rpartition(".")
    if known is None and (last in _MAKERS or last.startswith("from_")) and _is_class_name(owner):
        known = owner
    return (Instance(known or name),) if known or _is_class_name(name) else ()


def _is_class_name(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()


def _getattr(node: ast.Call, scope: Scope, resolver: Resolver) -> Values:
    match node.args:
        case [owner, ast.Constant(value=str() as name), *_]:
            found = resolver.values(owner, scope)
            return join(resolver.attribute(value, name, scope) for value in found)
    return ()


def _result_of_activity(node: ast.Call, scope: Scope, resolver: Resolver) -> Values:
    found = resolver.values(node.args[0], scope) if node.args else ()
    return coroutine(
        join(
            annotated(activity.node.returns, activity.outer, resolver)
            for activity in found
            if isinstance(activity, Function) and activity.node.returns
        )
    )


def _super(scope: Scope, resolver: Resolver) -> Values:
    inner: Scope | None = scope
    while inner is not None:
        function = inner.module.function_of.get(inner.node) if inner.node else None
        if function is not None and function.owner is not None:
            owner = function.owner
            of_class = any(getattr(part, "id", "") == "classmethod" for part in function.node.decorator_list)
            starts = resolver.facts.made.get(owner) or (owner,)
            return tuple(Super(owner, start, of_class) for start in starts)
        inner = inner.parent
    return ()
