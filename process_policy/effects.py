"""Whether a loop does the same in every order of what it goes through."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from process_policy.scopes import Function
from process_policy.values import External, Instance, Values, is_dict

_Of = Callable[[ast.expr], Values]

_COMMUTING = frozenset(
    {"add", "clear", "difference_update", "discard", "intersection_update", "pop", "remove", "setdefault"}
) | {"symmetric_difference_update", "update"}
"""Methods of sets and dicts that end in the same content in whatever order they are called."""
_LOGGING = ("temporalio.workflow.logger.", "logging.", "builtins.print")
_TEXTS_AND_LISTS = frozenset({"builtins.str", "builtins.bytes", "builtins.list", "builtins.tuple"})


def is_harmless_loop(loop: ast.For, values: _Of, is_sorted: Callable[[ast.expr], bool]) -> bool:
    """Whether the order of the elements of `loop` has no effect; `is_sorted` judges lists that it fills.

    It has one if the body awaits, yields, calls for an effect, keeps or returns an element. Filling another
    set or dict, counting and asking are the same in every order.
    """
    names = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    return not loop.orelse and _Body(names, values, is_sorted).is_harmless(loop.body)


class _Body:
    def __init__(self, elements: set[str], values: _Of, is_sorted: Callable[[ast.expr], bool]) -> None:
        self._is_sorted = is_sorted
        self._elements = elements
        self._values = values
        self._keeps = False
        self._leaves = False

    def is_harmless(self, statements: Iterable[ast.stmt]) -> bool:
        return self._all(statements) and not (self._keeps and self._leaves)

    def _all(self, statements: Iterable[ast.stmt]) -> bool:
        return all(self._is_free(statement) for statement in statements)

    def _is_free(self, node: ast.stmt) -> bool:  # noqa: PLR0911
        match node:
            case (
                ast.Pass() | ast.Continue() | ast.Global() | ast.Nonlocal() | ast.Import() | ast.ImportFrom()
            ):
                return True
            case ast.Break():
                self._leaves = True
                return True
            case ast.Return(value=value):
                self._leaves = True
                return value is None or (self._is_quiet(value) and not self._is_of_element(value))
            case ast.If(test=test, body=body, orelse=other):
                return self._is_quiet(test) and self._all(body) and self._all(other)
            case ast.For(target=target, iter=iterated, body=body, orelse=other):
                self._elements |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
                return self._is_quiet(iterated) and self._all(body) and self._all(other)
            case ast.Assign(targets=targets, value=value):
                return self._is_quiet(value) and all(self._is_kept_well(target, value) for target in targets)
            case ast.AnnAssign(target=target, value=value):
                return value is None or (self._is_quiet(value) and self._is_kept_well(target, value))
            case ast.AugAssign():
                return self._is_counted(node)
            case ast.Delete() | ast.Assert() | ast.Raise():
                self._keeps = True
                return self._is_quiet(node)
            case ast.Expr(value=ast.Call() as call):
                return self._is_commuting(call)
            case ast.Expr(value=value):
                return self._is_quiet(value)
        return False

    def _is_quiet(self, node: ast.AST) -> bool:
        """Whether evaluating `node` waits for nothing and leaves nothing behind."""
        for part in ast.walk(node):
            if isinstance(part, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
                return False
            if isinstance(part, ast.Call):
                for callee in self._values(part.func):
                    if isinstance(callee, Function) and isinstance(callee.node, ast.AsyncFunctionDef):
                        return False
                    if isinstance(callee, External) and callee.name.startswith(
                        ("temporalio.workflow.execute_", "temporalio.workflow.start_", "asyncio.")
                    ):
                        return False
        return True

    def _is_of_element(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Name) and part.id in self._elements for part in ast.walk(node))

    def _is_kept_well(self, target: ast.expr, value: ast.expr) -> bool:
        of_element = self._is_of_element(value)
        match target:
            case ast.Subscript(slice=index) if self._is_of_element(index):
                self._keeps = True
                return True  # each element has its own place
            case ast.Name(id=name):
                if of_element:
                    self._elements.add(name)
                    self._keeps = self._keeps or not isinstance(value, ast.Compare | ast.BoolOp)
                return True
            case ast.Tuple() | ast.List():
                self._elements |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
                return all(isinstance(part, ast.Name) for part in target.elts)
        return not of_element

    def _is_counted(self, node: ast.AugAssign) -> bool:
        self._keeps = True
        if not self._is_quiet(node.value):
            return False
        kinds = {
            value.type
            for part in (node.target, node.value)
            for value in self._values(part)
            if isinstance(value, Instance)
        }
        return not (kinds & _TEXTS_AND_LISTS) and not isinstance(node.value, ast.JoinedStr | ast.List)

    def _is_commuting(self, call: ast.Call) -> bool:  # noqa: PLR0911
        self._keeps = True
        if not self._is_quiet(call):
            return False
        names = [value.name for value in self._values(call.func) if isinstance(value, External)]
        if any(name.startswith(_LOGGING) for name in names):
            return True
        if not isinstance(call.func, ast.Attribute):
            return False
        if call.func.attr in ("append", "extend"):
            return self._is_sorted(call.func.value)
        if call.func.attr not in _COMMUTING:
            return False
        owners = self._values(call.func.value)
        if call.func.attr in ("pop", "remove"):
            return bool(call.args) and not any(
                value.type == "builtins.list" for value in owners if isinstance(value, Instance)
            )
        if call.func.attr in ("update", "setdefault"):
            return any(is_dict(value) or getattr(value, "type", "") == "builtins.set" for value in owners)
        return True
