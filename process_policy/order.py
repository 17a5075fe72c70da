"""Where the order of a set does not matter: `sorted(list(ids))`, a loop that only fills another set."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator

from process_policy.effects import is_harmless_loop
from process_policy.resolve import Resolver
from process_policy.scopes import Binding, Parameter, Scope
from process_policy.values import External, Values, is_dict, is_set

_ORDER_FREE = frozenset(
    f"builtins.{name}"
    for name in ("all", "any", "bool", "dict", "frozenset", "isinstance", "len", "max", "min", "set")
) | {"builtins.dict.fromkeys", "builtins.sorted", "builtins.sum", "collections.Counter", "math.fsum"}
"""What gives the same result for every order; a dict remembers the order and is looked at when it is used."""
_PASSING_ON = frozenset(f"builtins.{name}" for name in ("filter", "iter", "list", "map", "tuple"))
_PASSING_ON |= {"itertools.chain", "itertools.chain.from_iterable", "itertools.filterfalse"}
_ONLY_OF_SETS = frozenset(
    {"difference", "difference_update", "intersection", "intersection_update", "isdisjoint", "issubset"}
) | {"issuperset", "symmetric_difference", "symmetric_difference_update", "union"}
_FILLING = frozenset({"add", "append", "appendleft", "clear", "discard", "extend", "remove"})
_LEVELS = frozenset({"critical", "debug", "error", "exception", "info", "trace", "warn", "warning"})
_LOGGERS = ("temporalio.workflow.logger.", "logging.", "builtins.print")


class Fate(enum.Enum):
    """What becomes of the order of a set."""

    FREE = "it has no effect"
    BOUND = "something depends on it"
    RETURNED = "it is up to the callers"


class Order:
    """Judges the uses of what follows the order of a set, in one function or module."""

    def __init__(self, resolver: Resolver, scope: Scope, root: ast.AST) -> None:
        self._resolver = resolver
        self._scope = scope
        self.root = root
        self._parents: dict[ast.AST, ast.AST] | None = None

    def fate(self, node: ast.AST, parents: Iterable[ast.AST]) -> Fate:
        """What becomes of the order in which `node` gives its elements; `parents` nearest first."""
        child, spread = node, isinstance(node, ast.Starred)
        for parent in parents:
            verdict = self._in(child, parent, spread=spread)
            if verdict is not None:
                return verdict
            child, spread = parent, isinstance(parent, ast.Starred)
        return Fate.BOUND

    def is_logged(self, parents: Iterable[ast.AST]) -> bool:
        """Whether the nodes around it are part of a message that is only logged."""
        calls = [parent for parent in parents if isinstance(parent, ast.Call)]
        return any(
            isinstance(value, External) and value.name.startswith(_LOGGERS)
            for call in calls
            for value in self._values(call.func)
        ) or any(_is_log_method(call.func) for call in calls)

    def _in(self, child: ast.AST, parent: ast.AST, *, spread: bool) -> Fate | None:  # noqa: PLR0911, PLR0912
        """What `parent` makes of the order; None if that depends on what is around it."""
        match parent:
            case ast.Call():
                return self._in_call(parent) if child in parent.args else Fate.BOUND
            case ast.Starred() | ast.Await() | ast.BoolOp() | ast.NamedExpr():
                return None
            case ast.IfExp():
                return Fate.FREE if child is parent.test else None
            case ast.Set():
                return _free_if(spread)
            case ast.List() | ast.Tuple():
                return None if spread else Fate.BOUND
            case ast.SetComp() | ast.DictComp():
                return _free_if(any(child is generator.iter for generator in parent.generators))
            case ast.ListComp() | ast.GeneratorExp():
                return None if any(child is generator.iter for generator in parent.generators) else Fate.BOUND
            case ast.Compare(ops=ops):
                asks = all(isinstance(op, ast.In | ast.NotIn) for op in ops)
                return _free_if(asks and child in parent.comparators)
            case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While() | ast.Assert() | ast.Expr():
                return Fate.FREE
            case ast.For():
                return _free_if(is_harmless_loop(parent, self._values, self._is_sorted_list))
            case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                return self._of_name(target)
            case ast.Assign(targets=[ast.Attribute() as target]):
                return _free_if(self._is_sorted_next(parent, target))
            case ast.Return() if isinstance(self.root, ast.FunctionDef | ast.AsyncFunctionDef):
                return Fate.RETURNED
        return Fate.BOUND

    def _in_call(self, call: ast.Call) -> Fate | None:
        names = {value.name for value in self._values(call.func) if isinstance(value, External)}
        if names & _ORDER_FREE or any(name.startswith("statistics.") for name in names):
            return Fate.FREE
        if names & _PASSING_ON:
            return None
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _ONLY_OF_SETS:
                return Fate.FREE
            if call.func.attr == "update":
                owners = self._values(call.func.value)
                return _free_if(any(is_set(value) or is_dict(value) for value in owners))
        return Fate.BOUND

    def _values(self, node: ast.expr) -> Values:
        return self._resolver.values(node, self._scope)

    def of_variable(self, node: ast.expr) -> Fate:
        """What becomes of the order of the list that `node` names, which is filled in it."""
        if not isinstance(node, ast.Name) or self._scope.node is not self.root or self._scope.is_class:
            return Fate.BOUND
        bindings = self._resolver.flow(self._scope).seen.get(node, ())
        local = bool(bindings) and not any(isinstance(binding, Parameter) for binding in bindings)
        return _worst(self._of_binding(binding, node.id) for binding in bindings) if local else Fate.BOUND

    def _of_name(self, target: ast.Name) -> Fate:
        binding = self._scope.module.bound_by.get((target, target.id))
        if binding is None or self._scope.node is not self.root or self._scope.is_class:
            return Fate.BOUND
        return self._of_binding(binding, target.id)

    def _of_binding(self, binding: Binding, name: str) -> Fate:
        """What becomes of the order by all uses of a name; sorted once, it is gone."""
        seen = self._resolver.flow(self._scope).seen
        named = [node for node in ast.walk(self.root) if isinstance(node, ast.Name) and node.id == name]
        loads = [node for node in named if isinstance(node.ctx, ast.Load)]
        if any(node not in seen for node in loads):
            return Fate.BOUND  # a function inside of this one uses it too
        uses = [node for node in loads if binding in seen[node]]
        if any(self._is_sort(use) for use in uses):
            return Fate.FREE
        return _worst(self._of_use(use) for use in uses)

    def _of_use(self, use: ast.Name) -> Fate:
        around = list(self._around(use))
        if around and isinstance(around[0], ast.Assign | ast.AnnAssign):
            return Fate.BOUND  # handed on to another name
        match around[:3]:
            case [ast.Attribute(attr=method), ast.Call(), ast.Expr()] if method in _FILLING:
                return Fate.FREE
        return self.fate(use, around)

    def _is_sorted_list(self, node: ast.expr) -> bool:
        return self.of_variable(node) is Fate.FREE

    def _is_sort(self, use: ast.AST) -> bool:
        around = list(self._around(use))
        return len(around) > 1 and isinstance(around[0], ast.Attribute) and around[0].attr == "sort"

    def _is_sorted_next(self, statement: ast.Assign, target: ast.Attribute) -> bool:
        written = ast.unparse(target)
        return any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == f"{written}.sort"
            for node in ast.walk(self.root)
            if getattr(node, "lineno", 0) > statement.lineno
        )

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        if self._parents is None:
            self._parents = {
                child: parent for parent in ast.walk(self.root) for child in ast.iter_child_nodes(parent)
            }
            for comprehension in [each for each in self._parents if isinstance(each, ast.comprehension)]:
                outer = self._parents[comprehension]
                self._parents[comprehension.iter] = outer
        while node in self._parents:
            node = self._parents[node]
            yield node


def _is_log_method(function: ast.expr) -> bool:
    """Whether it is `self.logger.debug`, by its names."""
    match function:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=method):
            return method in _LEVELS and owner.lower().endswith(("log", "logger"))
    return False


def _worst(fates: Iterable[Fate]) -> Fate:
    found = set(fates)
    if Fate.BOUND in found:
        return Fate.BOUND
    return Fate.RETURNED if Fate.RETURNED in found else Fate.FREE


def _free_if(condition: bool) -> Fate:
    return Fate.FREE if condition else Fate.BOUND
