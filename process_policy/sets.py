"""Calls whose outcome follows the order of a set."""

from __future__ import annotations

import ast
from collections.abc import Callable

from process_policy.resolve import External, Value

ORDER_FREE = frozenset(
    f"builtins.{name}" for name in ("all", "any", "frozenset", "len", "max", "min", "set", "sorted", "sum")
)
"""What gives the same result for every order of its argument."""

_ORDER_KEEPING = frozenset(
    {
        f"builtins.{name}"
        for name in ("enumerate", "filter", "iter", "list", "map", "repr", "str", "tuple", "zip")
    }
    | {"builtins.dict.fromkeys", "collections.deque", "collections.OrderedDict.fromkeys"}
)
_ORDER_KEEPING_METHODS = frozenset({"extend", "extendleft", "join", "writelines"})


def order_matters(node: ast.Call, callee: Value | None, is_set: Callable[[ast.expr], bool]) -> bool:
    """Whether the call walks through a set in its order: `list(ids)`, `", ".join(ids)`, `chain(ids)`."""
    if not any(is_set(argument) for argument in node.args):
        return False
    if isinstance(callee, External) and (
        callee.name in _ORDER_KEEPING or callee.name.startswith("itertools.")
    ):
        return True
    return isinstance(node.func, ast.Attribute) and node.func.attr in _ORDER_KEEPING_METHODS
