"""Where code depends on the order of a set, or of what was filled in that order."""

# ruff: noqa: N802, D102 - visitors are named by the nodes they visit

from __future__ import annotations

import ast

from process_policy.mentions import Mentions
from process_policy.order import Fate
from process_policy.scopes import Function
from process_policy.single import has_one_element
from process_policy.values import External, Instance, follows_set, is_set

_ORDER_KEEPING = frozenset(
    {
        f"builtins.{name}"
        for name in ("enumerate", "filter", "format", "iter", "list", "map", "repr", "str", "tuple", "zip")
    }
    | {"collections.deque", "functools.reduce"}
)
_ORDER_KEEPING_METHODS = frozenset({"extend", "extendleft", "format", "join", "writelines"})
_ONLY_SHOWN = frozenset(f"builtins.{name}" for name in ("format", "list", "repr", "str", "tuple"))
_FILLING_METHODS = frozenset({"extend", "extendleft", "writelines"})
_PAIRING = frozenset(
    {
        "builtins.enumerate",
        "builtins.max",
        "builtins.min",
        "builtins.sorted",
        "builtins.zip",
        "functools.reduce",
    }
)
_CHAINING = frozenset({"itertools.chain", "itertools.chain.from_iterable", "itertools.filterfalse"})
_BY_KEY = frozenset({"builtins.max", "builtins.min", "builtins.sorted"})
_COMMUTING = frozenset({f"operator.{name}" for name in ("and_", "or_", "xor", "mul")})
_COMMUTING |= {"builtins.max", "builtins.min"}


class SetOrder(Mentions):
    """Reports loops over sets, and conversions of sets to what has an order."""

    def visit_Call(self, node: ast.Call) -> None:
        values = self.values(node.func)
        names = {value.name for value in values if isinstance(value, External)}
        followed = [
            argument
            for argument in node.args
            if self.follows_set(argument) and not has_one_element(argument, [self.order.root, *self.parents])
        ]
        if followed and self._keeps_order(node, names):
            self._report_fate(self._fate(node, names), node, ast.unparse(node.func))
        functions = [value for value in values if isinstance(value, Function)]
        if functions:
            fate = self.order.fate(node, self.around())
            for function in functions:
                self.walker.use_result(function, fate, self.step.place)
        super().visit_Call(node)

    def _keeps_order(self, node: ast.Call, names: set[str]) -> bool:
        if names & {"functools.reduce"} and node.args:
            by = {value.name for value in self.values(node.args[0]) if isinstance(value, External)}
            return not by & _COMMUTING
        if names & _BY_KEY and self._has_ties(node):
            return True
        if names & _ORDER_KEEPING or any(name.startswith("itertools.") for name in names):
            return True
        return isinstance(node.func, ast.Attribute) and node.func.attr in _ORDER_KEEPING_METHODS

    def _has_ties(self, node: ast.Call) -> bool:
        """Whether equals are left in the order of the set, as `key=len` leaves them."""
        keys = (self.values(word.value) for word in node.keywords if word.arg == "key")
        return any(External("builtins.len") in values for values in keys)

    def _fate(self, node: ast.Call, names: set[str]) -> Fate:
        if names & _PAIRING or (names and min(names).startswith("itertools.") and not names & _CHAINING):
            return Fate.BOUND
        if isinstance(node.func, ast.Attribute) and node.func.attr in _FILLING_METHODS:
            return self.order.of_variable(node.func.value)
        if names & _ONLY_SHOWN or self._is_format(node):
            shown = self.order.is_logged(self.around())
            return Fate.FREE if shown else self.order.fate(node, self.around())
        return self.order.fate(node, self.around())

    @staticmethod
    def _is_format(node: ast.Call) -> bool:
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")

    def visit_For(self, node: ast.For) -> None:
        if self.follows_set(node.iter):
            if self.order.fate(node.iter, [node]) is Fate.FREE:
                self._disorder(node)
            else:
                self._report_order(node.iter, f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}")
        super().visit_For(node)

    def _disorder(self, loop: ast.For) -> None:
        """Note the dicts that a loop fills: their order is that of the set."""
        for part in ast.walk(loop):
            match part:
                case ast.Subscript(value=filled, ctx=ast.Store()) if self.resolver.bindings.disorder(
                    filled, self.scope
                ):
                    self.walker.note_change(self.step.place)

    def visit_Starred(self, node: ast.Starred) -> None:
        is_read = isinstance(node.ctx, ast.Load)
        if is_read and self.follows_set(node.value):
            fate = self.order.fate(node, self.around())
            self._report_fate(fate, node, f"*{ast.unparse(node.value)}")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self.follows_set(node.value):
            for target in node.targets:
                if isinstance(target, ast.Tuple | ast.List) and not _takes_the_only_one(target):
                    self._report_order(node.value, "unpacking")
                elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                    self._report_order(node.value, ast.unparse(target))
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.Add) and self.follows_set(node.value):
            self._report_fate(self.order.of_variable(node.target), node.value, "+=")
        super().visit_AugAssign(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        if self.follows_set(node.value):
            self._report_order(node.value, "yield from")
        self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        if self.is_set(node.value) and not self.order.is_logged(self.around()):
            self._report_order(node.value, f"{{{ast.unparse(node.value)}}}")
        super().visit_FormattedValue(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        texts = any(isinstance(v, Instance) and v.type == "builtins.str" for v in self.values(node.left))
        if isinstance(node.op, ast.Mod) and texts and not self.order.is_logged(self.around()):
            parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            for part in parts:
                if any(map(is_set, self.values(part))):
                    self._report_order(part, "%")
        super().visit_BinOp(node)

    def _ordered_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> None:
        inner = self.step.module.scope_of[node]
        for position, generator in enumerate(node.generators):
            values = self.resolver.values(generator.iter, inner if position else self.scope)
            if any(map(follows_set, values)):
                loop = f"for {ast.unparse(generator.target)} in {ast.unparse(generator.iter)}"
                waits = any(isinstance(part, ast.Await) for part in ast.walk(node))
                is_shown = (
                    isinstance(node, ast.ListComp) and not waits and self.order.is_logged(self.around())
                )
                fate = Fate.FREE if is_shown else self.order.fate(node, self.around())
                self._report_fate(fate, generator.iter, loop)
        self._comprehension(node)

    visit_ListComp = visit_GeneratorExp = _ordered_comprehension  # noqa: N815

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def _report_fate(self, fate: Fate, node: ast.expr, what: str) -> None:
        if fate is Fate.BOUND:
            self._report_order(node, what)
        elif fate is Fate.RETURNED:
            with self.walker.unless_callers_are_free(self.step.place):
                self._report_order(node, what)

    def _report_order(self, node: ast.expr, what: str) -> None:
        self.report(node, "DET011", what)


def _takes_the_only_one(target: ast.Tuple | ast.List) -> bool:
    """Whether it is `(only,) = names`, which fails for more than one."""
    return len(target.elts) == 1 and not isinstance(target.elts[0], ast.Starred)
