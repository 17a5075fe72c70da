"""Where the order of a set does not matter: `sorted(list(ids))`, a loop that only fills another set."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from process_policy.effects import is_harmless_loop
from process_policy.flow import Flow
from process_policy.resolve import Resolver
from process_policy.scopes import Scope
from process_policy.values import External, Values, is_dict, is_set

_ORDER_FREE = frozenset(
    f"builtins.{name}"
    for name in ("all", "any", "bool", "dict", "frozenset", "isinstance", "len", "max", "min", "set")
) | {"builtins.dict.fromkeys", "builtins.sorted", "builtins.sum", "collections.Counter", "math.fsum"}
"""What gives the same result for every order; a dict remembers the order and is looked at when it is used."""
_PASSING_ON = frozenset(f"builtins.{name}" for name in ("filter", "iter", "list", "map", "tuple"))
_ONLY_OF_SETS = frozenset(
    {"difference", "difference_update", "intersection", "intersection_update", "isdisjoint", "issubset"}
) | {"issuperset", "symmetric_difference", "symmetric_difference_update", "union"}
_LOGGERS = ("temporalio.workflow.logger.", "logging.", "builtins.print")


class Order:
    """Judges the uses of what follows the order of a set, in one function or module."""

    def __init__(self, resolver: Resolver, scope: Scope, root: ast.AST) -> None:
        self._resolver = resolver
        self._scope = scope
        self._root = root
        self._parents: dict[ast.AST, ast.AST] | None = None

    def is_free(self, node: ast.AST, parents: Iterable[ast.AST]) -> bool:
        """Whether the order in which `node` gives its elements has no effect; `parents` nearest first."""
        child, spread = node, isinstance(node, ast.Starred)
        for parent in parents:
            verdict = self._in(child, parent, spread=spread)
            if verdict is not None:
                return verdict
            child, spread = parent, isinstance(parent, ast.Starred)
        return False

    def is_logged(self, parents: Iterable[ast.AST]) -> bool:
        """Whether the nodes around it are part of a message that is only logged."""
        calls = (parent for parent in parents if isinstance(parent, ast.Call))
        return any(
            isinstance(value, External) and value.name.startswith(_LOGGERS)
            for call in calls
            for value in self._values(call.func)
        )

    def _in(self, child: ast.AST, parent: ast.AST, *, spread: bool) -> bool | None:  # noqa: PLR0911
        """Whether the order matters in `parent`; None if that depends on what is around it."""
        match parent:
            case ast.Call():
                return self._in_call(parent) if child in parent.args else False
            case ast.Starred() | ast.Await() | ast.BoolOp() | ast.NamedExpr():
                return None
            case ast.IfExp():
                return True if child is parent.test else None
            case ast.Set():
                return spread
            case ast.List() | ast.Tuple():
                return None if spread else False
            case ast.SetComp() | ast.DictComp():
                return any(child is generator.iter for generator in parent.generators)
            case ast.ListComp() | ast.GeneratorExp():
                return None if any(child is generator.iter for generator in parent.generators) else False
            case ast.Compare(ops=ops):
                return all(isinstance(op, ast.In | ast.NotIn) for op in ops) and child in parent.comparators
            case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While() | ast.Assert() | ast.Expr():
                return True
            case ast.For():
                return is_harmless_loop(parent, self._values)
            case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                return self._is_free_name(target)
            case ast.Assign(targets=[ast.Attribute() as target]):
                return self._is_sorted_next(parent, target)
        return False

    def _in_call(self, call: ast.Call) -> bool | None:
        names = {value.name for value in self._values(call.func) if isinstance(value, External)}
        if names & _ORDER_FREE or any(name.startswith("statistics.") for name in names):
            return True
        if names & _PASSING_ON:
            return None
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _ONLY_OF_SETS:
                return True
            if call.func.attr == "update":
                return any(is_set(value) or is_dict(value) for value in self._values(call.func.value))
        return False

    def _values(self, node: ast.expr) -> Values:
        return self._resolver.values(node, self._scope)

    def _is_free_name(self, target: ast.Name) -> bool:
        """Whether what a name is given is used only where its order does not matter, or is sorted first."""
        binding = self._scope.module.bound_by.get((target, target.id))
        if binding is None or self._scope.is_class or self._scope.node is not self._root:
            return False
        flow = self._resolver.flow(self._scope)
        named = [node for node in ast.walk(self._root) if isinstance(node, ast.Name) and node.id == target.id]
        loads = [node for node in named if isinstance(node.ctx, ast.Load)]
        uses = [node for node in loads if binding in flow.seen.get(node, ())]
        if any(node not in flow.seen for node in loads) or self._scope is self._scope.module.scope:
            return False
        if any(self._is_sort(use) for use in uses):
            return True
        return all(self._is_free_use(use, flow) for use in uses)

    def _is_free_use(self, use: ast.Name, flow: Flow) -> bool:
        around = list(self._around(use))
        if around and isinstance(around[0], ast.Assign | ast.AnnAssign) and use in flow.seen:
            return False  # handed on to another name
        return self.is_free(use, around)

    def _is_sort(self, use: ast.AST) -> bool:
        around = list(self._around(use))
        return len(around) > 1 and isinstance(around[0], ast.Attribute) and around[0].attr == "sort"

    def _is_sorted_next(self, statement: ast.Assign, target: ast.Attribute) -> bool:
        written = ast.unparse(target)
        return any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == f"{written}.sort"
            for node in ast.walk(self._root)
            if getattr(node, "lineno", 0) > statement.lineno
        )

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        if self._parents is None:
            self._parents = {
                child: parent for parent in ast.walk(self._root) for child in ast.iter_child_nodes(parent)
            }
            for comprehension in [each for each in self._parents if isinstance(each, ast.comprehension)]:
                outer = self._parents[comprehension]
                self._parents[comprehension.iter] = outer
        while node in self._parents:
            node = self._parents[node]
            yield node
