"""State of modules and classes: shared by all runs in a process, and gone in the next one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from process_policy.catalogue.topic import names
from process_policy.reach import is_activity
from process_policy.resolve import Resolver
from process_policy.scopes import Assigned, Class, Function, Imported, Module, Receiver, Scope
from process_policy.site import Site, function_of, inherits, name_of, own_nodes, root_of
from process_policy.values import Instance

CHANGING_METHODS = frozenset(
    names("""
    append appendleft extend extendleft insert remove pop popleft popitem clear update setdefault add discard
    sort reverse difference_update intersection_update symmetric_difference_update move_to_end put_nowait
    """)
)
"""What changes the object that it is called on, whatever kind of object that is."""
_CHANGING_METHODS = CHANGING_METHODS.union(names("rotate subtract __setitem__ __delitem__ __setattr__"))
_CHANGING_FUNCTIONS = frozenset(
    {"heapq.heappush", "heapq.heappop", "heapq.heapify", "heapq.heapreplace", "heapq.heappushpop"}
    | {"bisect.insort", "bisect.insort_left", "bisect.insort_right", "operator.setitem", "operator.delitem"}
)
_PRIMITIVES = frozenset(
    names("asyncio: Lock Event Condition Semaphore BoundedSemaphore Queue LifoQueue PriorityQueue Barrier")
)
_ADVANCING_FUNCTIONS = frozenset({"builtins.next"})
_SETTING_FUNCTIONS = frozenset({"builtins.setattr", "builtins.delattr"})
_PLAIN_BASES = frozenset(
    {"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC", "process_runtime.workflow.Process"}
)


def rebind(site: Site, node: ast.Name) -> None:
    """`global total; total += 1`."""
    if not isinstance(node.ctx, ast.Load):
        scope: Scope | None = site.scope
        while scope is not None and scope.is_comprehension:
            scope = scope.parent
        if scope is not None and node.id in scope.declared_global:
            site.report(node, "DET016", node.id)
    elif _is_lock_of_module(site, node):
        site.report(node, "DET016", node.id)
    elif node.id in _changed_elsewhere(site.step.module, site.resolver):
        found = site.scope.find(node.id)
        if found and found[0] is site.step.module.scope:
            site.report(node, "DET016", node.id)


def read(site: Site, node: ast.Attribute) -> None:
    """`PRICES.get(…)`."""
    root = root_of(node)
    if isinstance(root, ast.Name):
        rebind(site, root)


def _is_lock_of_module(site: Site, node: ast.Name) -> bool:
    """Whether it is a primitive of asyncio that all runs in the process share."""
    bindings = site.step.module.scope.bindings.get(node.id, ())
    if not any(isinstance(one, Assigned) and isinstance(one.value, ast.Call) for one in bindings):
        return False
    value = site.value(node)
    found = site.scope.find(node.id)
    return (
        isinstance(value, Instance)
        and value.type in _PRIMITIVES
        and found is not None
        and found[0] is site.step.module.scope
    )


def store(site: Site, node: ast.Attribute | ast.Subscript) -> None:
    """`CACHE[key] = value`, `Flow.runs += 1`, `del settings.region`."""
    if not isinstance(node.ctx, ast.Load) and function_of(site) and is_shared(site, node.value):
        site.report(node, "DET016", ast.unparse(node))


def change(site: Site, node: ast.Call) -> None:
    """`CACHE.update(…)`, `next(NUMBERS)`, `setattr(Flow, …)`."""
    if not function_of(site):
        return
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if (
            method in _CHANGING_METHODS or _changes_itself(site, node.func)
        ):
            if is_shared(site, owner, of_known_value=True):
                site.report(node, "DET016", ast.unparse(node.func))
        case ast.Call(args=[owner, *_]):
            name = name_of(site, node.func)
            known = name in _CHANGING_FUNCTIONS | _ADVANCING_FUNCTIONS
            if (known and is_shared(site, owner, of_known_value=True)) or (
                name in _SETTING_FUNCTIONS and is_shared(site, owner)
            ):
                site.report(node, "DET016", ast.unparse(node))


def is_shared(site: Site, node: ast.expr, *, of_known_value: bool = False) -> bool:
    """Whether an expression is a module, a class, or data of one.

    Args:
        site: Where it is.
        node: The expression.
        of_known_value: Whether a name that is imported must be seen to be data.
    """
    return _is_shared(site, node, site.scope, of_known_value, depth=4)


def _is_shared(site: Site, node: ast.expr, scope: Scope, of_known_value: bool, depth: int) -> bool:
    match node:
        case ast.Name(id=name):
            return _is_shared_name(site, name, scope, of_known_value, depth)
        case ast.Attribute(value=ast.Name(), attr="__class__"):
            return True
        case ast.Attribute(value=owner, attr=attribute):
            shared = _is_shared(site, owner, scope, of_known_value, depth)
            return shared or _is_class_data(site, owner, attribute)
        case ast.Subscript(value=owner, slice=index) if not isinstance(index, ast.Slice):  # that copies
            return _is_shared(site, owner, scope, of_known_value, depth)
        case ast.Call(func=function, args=args):
            name = name_of(site, function)
            return (name == "builtins.type" and len(args) == 1) or (name == "builtins.globals" and not args)
    return False


def _is_shared_name(site: Site, name: str, scope: Scope, of_known_value: bool, depth: int) -> bool:
    found = scope.find(name)
    if found is None:
        return False
    owner, bindings = found
    imported = [binding for binding in bindings if isinstance(binding, Imported)]
    if owner is scope.module.scope or (imported and len(imported) == len(bindings)):
        if imported and of_known_value:
            return any(site.resolver.constants(ast.Name(name, ast.Load()), scope)) or isinstance(
                site.resolver.value(ast.Name(name, ast.Load()), scope), Class | Module
            )
        return True
    if any(isinstance(binding, Receiver) for binding in bindings):
        function = function_of(site)
        return function is not None and "builtins.classmethod" in site.resolver.decorators(
            function.node, function.outer
        )
    if _has_mutable_default(site, name, owner):
        return True
    values = [binding.value for binding in bindings if isinstance(binding, Assigned)]
    return bool(depth and len(values) == len(bindings)) and all(
        isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
        and _is_shared(site, value, owner, of_known_value, depth - 1)
        for value in values
    )


def _has_mutable_default(site: Site, name: str, owner: Scope) -> bool:
    """Whether it is a parameter whose default value is one object for all calls: `def f(seen=[])`."""
    function = function_of(site)
    if function is None or function.scope is not owner or len(owner.bindings[name]) > 1:
        return False
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(
        zip(reversed([one.arg for one in positional]), reversed(arguments.defaults), strict=False)
    )
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.arg] = default
    return _is_mutable(defaults.get(name))


def _is_class_data(site: Site, owner: ast.expr, attribute: str) -> bool:
    """Whether `self.names` is a list of the class, because no instance ever gets one of its own."""
    value = site.value(owner)
    if not isinstance(value, Instance) or not isinstance(value.type, Class):
        return False
    lineage = site.resolver.lineage(value.type)
    if any(attribute in cls.attributes or not _is_plain(cls, site.resolver) for cls in lineage):
        return False
    bindings = next((cls.scope.bindings[attribute] for cls in lineage if attribute in cls.scope.bindings), [])
    return any(isinstance(binding, Assigned) and _is_mutable(binding.value) for binding in bindings)


def _is_plain(cls: Class, resolver: Resolver) -> bool:
    """Whether attributes of the class are what they look like: no dataclass, no model, nothing unseen."""
    decorators = cls.node.decorator_list
    return (
        len(resolver.bases(cls)) == len(cls.node.bases)
        and _PLAIN_BASES.issuperset(inherits(resolver, cls))
        and not cls.node.keywords
        and len(decorators) == len(resolver.decorators(cls.node, cls.outer) & {"temporalio.workflow.defn"})
    )


def _is_mutable(node: ast.expr | None) -> bool:
    match node:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in {
                "list",
                "dict",
                "set",
                "deque",
                "defaultdict",
                "Counter",
                "OrderedDict",
                "bytearray",
            }
    return False


def _changes_itself(site: Site, method: ast.expr) -> bool:
    """Whether a method of a class of the checked files writes to its own instance."""
    function = site.value(method)
    if not isinstance(function, Function) or not isinstance(method, ast.Attribute):
        return False
    if isinstance(site.value(method.value), Class):
        return False  # a class method is visited itself
    return any(_changed_name(node, function.scope) == "self" for node in own_nodes(function.node))


def _changed_name(node: ast.AST, scope: Scope) -> str | None:
    """The name whose value a node changes in place; `self` for a receiver, whatever its name."""
    match node:
        case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
            pass
        case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
            pass
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _CHANGING_METHODS:
            pass
        case _:
            return None
    while isinstance(owner, ast.Attribute | ast.Subscript):
        owner = owner.value
    if not isinstance(owner, ast.Name):
        return None
    is_receiver = any(isinstance(binding, Receiver) for binding in scope.bindings.get(owner.id, ()))
    return "self" if is_receiver else owner.id


@lru_cache(maxsize=512)
def _changed_elsewhere(module: Module, resolver: Resolver) -> frozenset[str]:
    """Names of a module that some function gives another value with `global`, or that an activity changes."""
    if "global " not in module.source and "activity" not in module.source:
        return frozenset()
    return frozenset(
        name
        for function in module.function_of.values()
        for name in _changes(function, resolver)
        if name in module.scope.bindings
    )


def _changes(function: Function, resolver: Resolver) -> Iterator[str]:
    runs_outside = bool(function.node.decorator_list) and is_activity(function, resolver)
    if not function.scope.declared_global and not runs_outside:
        return
    for node in own_nodes(function.node):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            if node.id in function.scope.declared_global:
                yield node.id
        elif runs_outside:
            name = _changed_name(node, function.scope)
            if name and name not in function.scope.bindings:
                yield name
