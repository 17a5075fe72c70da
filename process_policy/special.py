"""Special methods that operators, loops, `with` and built-in functions call."""

# ruff: noqa: N802, D102 - visitors are named by the nodes they visit

from __future__ import annotations

import ast

from process_policy.scopes import Class
from process_policy.traverse import Traversal
from process_policy.values import Instance, elements

_CALLED_BY = {
    "builtins.abs": ("__abs__",),
    "builtins.bool": ("__bool__",),
    "builtins.bytes": ("__bytes__",),
    "builtins.dict": ("__iter__",),
    "builtins.float": ("__float__",),
    "builtins.format": ("__format__",),
    "builtins.hash": ("__hash__",),
    "builtins.int": ("__int__",),
    "builtins.iter": ("__iter__",),
    "builtins.len": ("__len__",),
    "builtins.list": ("__iter__",),
    "builtins.next": ("__next__",),
    "builtins.repr": ("__repr__",),
    "builtins.set": ("__iter__",),
    "builtins.str": ("__str__",),
    "builtins.tuple": ("__iter__",),
    "contextlib.AsyncExitStack.enter_async_context": ("__aenter__", "__aexit__"),
    "contextlib.AsyncExitStack.enter_context": ("__enter__", "__exit__"),
    "contextlib.ExitStack.enter_context": ("__enter__", "__exit__"),
}
_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
    ast.LShift: "lshift", ast.RShift: "rshift", ast.MatMult: "matmul",
}  # fmt: skip
_COMPARISONS = {
    ast.Eq: "__eq__", ast.NotEq: "__ne__", ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__",
    ast.GtE: "__ge__", ast.In: "__contains__", ast.NotIn: "__contains__",
}  # fmt: skip


class SpecialMethods(Traversal):
    """Reaches the special methods of checked classes."""

    def reach_methods(self, cls: Class, *names: str) -> None:
        """Reach methods of `cls` by name."""
        raise NotImplementedError

    def call_special(self, name: str, node: ast.Call) -> None:
        """Reach what the function `name` calls on its argument."""
        if name in _CALLED_BY and node.args:
            self._dunder(node.args[0], *_CALLED_BY[name])
        if name in ("builtins.sorted", "builtins.min", "builtins.max"):
            self._dunder_of_elements(node)

    def _dunder_of_elements(self, node: ast.Call) -> None:
        for argument in node.args[:1]:
            for value in elements(self.values(argument)):
                if isinstance(value, Instance) and isinstance(value.type, Class):
                    self.reach_methods(value.type, "__lt__", "__gt__")

    def _dunder(self, node: ast.expr, *names: str) -> None:
        """Reach special methods of what `node` stands for."""
        for value in self.values(node):
            if isinstance(value, Instance) and isinstance(value.type, Class):
                self.reach_methods(value.type, *names)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        name = _OPERATORS[type(node.op)]
        self._dunder(node.left, f"__{name}__")
        self._dunder(node.right, f"__r{name}__")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        name = _OPERATORS[type(node.op)]
        self._dunder(node.target, f"__i{name}__", f"__{name}__")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            name = _COMPARISONS.get(type(op))
            if name:
                self._dunder(right if name == "__contains__" else left, name)
            left = right
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        kinds = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}
        self._dunder(node.value, kinds[type(node.ctx)])
        self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> None:
        self._dunder(node.value, "__await__")
        self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self._dunder(node.value, "__format__", "__str__", "__repr__")
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            self._dunder(item.context_expr, "__enter__", "__exit__")
        self.generic_visit(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        for item in node.items:
            self._dunder(item.context_expr, "__aenter__", "__aexit__")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._iterate(node.iter)
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self._iterate(node.iter)
        self.generic_visit(node)

    def _iterate(self, node: ast.expr) -> None:
        self._dunder(node, "__iter__", "__next__", "__aiter__", "__anext__", "__getitem__")
