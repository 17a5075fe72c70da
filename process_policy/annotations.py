"""What an annotation says about a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from process_policy.catalogue import SET_TYPES
from process_policy.scopes import Class, Receiver, Scope
from process_policy.values import External, Instance, Values, coroutine, instance, join

if TYPE_CHECKING:
    from process_policy.resolve import Resolver

_TYPING = ("typing.", "typing_extensions.")
_TRANSPARENT = frozenset(
    {"Annotated", "ClassVar", "Final", "Optional", "Required", "NotRequired", "ReadOnly"}
)
_NOTHING = frozenset({"Any", "Callable", "Never", "NoReturn", "TypeVar"})
_NAMES = {
    "List": "builtins.list",
    "Dict": "builtins.dict",
    "Mapping": "builtins.dict",
    "MutableMapping": "builtins.dict",
    "Tuple": "builtins.tuple",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
    "Deque": "collections.deque",
    "KeysView": "builtins.dict_keys",
    "ItemsView": "builtins.dict_items",
    "ValuesView": "builtins.dict_values",
}
_AWAITABLE = frozenset({"Awaitable", "Coroutine", "Task", "Future"})


def annotated(node: ast.expr, scope: Scope, resolver: Resolver) -> Values:
    """The values that an annotation allows; nothing where it leaves a choice or is not understood."""
    match node:
        case ast.Constant(value=str() as text):
            try:
                return annotated(resolver.parsed(text), scope, resolver)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return ()
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([left, right], scope, resolver)
        case ast.Subscript(value=generic, slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _generic(generic, parts, scope, resolver)
        case ast.Name() | ast.Attribute():
            found = resolver.values(node, scope)
            return join(_named(value, (), scope) for value in found)
    return ()


def _union(parts: list[ast.expr], scope: Scope, resolver: Resolver) -> Values:
    parts = [part for part in parts if not _is_none(part)]
    found = [annotated(part, scope, resolver) for part in parts]
    if len(parts) == 1:
        return found[0]
    kinds = {value.type for values in found for value in values if isinstance(value, Instance)}
    return join(found) if len(kinds) == 1 and all(found) else ()


def _generic(generic: ast.expr, parts: list[ast.expr], scope: Scope, resolver: Resolver) -> Values:
    outer = resolver.values(generic, scope)
    last = {value.name.rpartition(".")[2] for value in outer if isinstance(value, External)}
    if last & _TRANSPARENT:
        return annotated(parts[0], scope, resolver)
    if "Union" in last:
        return _union(parts, scope, resolver)
    if last & {"type", "Type"}:
        kinds = annotated(parts[0], scope, resolver)
        types = (value.type for value in kinds if isinstance(value, Instance))
        return tuple(External(kind) if isinstance(kind, str) else kind for kind in types)
    if last & _AWAITABLE:
        return coroutine(annotated(parts[-1], scope, resolver))
    if last & {"tuple", "Tuple"} and len(parts) == 2 and isinstance(parts[1], ast.Constant):
        return (instance("builtins.list", annotated(parts[0], scope, resolver)),)  # tuple[X, ...]
    args = tuple(annotated(part, scope, resolver) for part in parts)
    return join(_named(value, args, scope) for value in outer)


def _named(value: object, args: tuple[Values, ...], scope: Scope) -> Values:  # noqa: PLR0911
    match value:
        case External(name=name):
            if name in SET_TYPES:
                return (instance("builtins.set", *args[:1]),)
            last = name.rpartition(".")[2]
            if last == "Self" and name.startswith(_TYPING):
                return _self_type(scope)
            if name.startswith((*_TYPING, "collections.abc.")):
                if last in _NOTHING:
                    return ()
                return (instance(_NAMES.get(last, name), *args),)
            return () if name == "builtins.object" else (instance(name, *args),)
        case Class():
            return (Instance(value),)
    return ()


def _self_type(scope: Scope) -> Values:
    for bindings in scope.bindings.values():
        for binding in bindings:
            if isinstance(binding, Receiver):
                return (Instance(binding.owner),)
    owners = [cls for cls in scope.module.classes if cls.scope is scope]
    return (Instance(owners[0]),) if owners else ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
