"""Where a set is known to have one element: its order cannot matter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def has_one_element(node: ast.expr, parents: Sequence[ast.AST]) -> bool:
    """Whether a test of `len(node)` has come out as one; `parents` around it, the nearest last.

    Either the code depends on `len(names) == 1`, or a statement before it leaves for any other length.
    """
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    written = ast.unparse(node)
    inner: ast.AST = node
    for parent in reversed(parents):
        if _asks(parent, inner, written) or any(_lets_one(one, written) for one in _before(inner, parent)):
            return True
        inner = parent
    return False


def _asks(parent: ast.AST, inner: ast.AST, written: str) -> bool:
    """Whether `inner` is only evaluated if `parent` has found one element."""
    match parent:
        case ast.If(test=test, body=body):
            return inner in body and _says_one(test, written, outcome=True)
        case ast.IfExp(test=test, body=body):
            return inner is body and _says_one(test, written, outcome=True)
        case ast.BoolOp(op=ast.And(), values=[first, *others]):
            return inner in others and _says_one(first, written, outcome=True)
    return False


def _lets_one(statement: ast.stmt, written: str) -> bool:
    """Whether nothing comes past a statement for any other length."""
    match statement:
        case ast.If(test=test, body=[*_, ast.Return() | ast.Raise() | ast.Continue() | ast.Break()]):
            return _says_one(test, written, outcome=False)
        case ast.Assert(test=test):
            return _says_one(test, written, outcome=True)
    return False


def _before(inner: ast.AST, parent: ast.AST) -> Iterator[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(parent, name, ())
        if isinstance(statements, list) and inner in statements:
            yield from statements[: statements.index(inner)]


def _says_one(test: ast.expr, written: str, *, outcome: bool) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _says_one(inner, written, outcome=not outcome)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is outcome:
            return any(_says_one(value, written, outcome=outcome) for value in values)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[counted]),
            ops=[op],
            comparators=[ast.Constant(value=int() as limit)],
        ) if ast.unparse(counted) == written:
            if outcome:
                return (isinstance(op, ast.Eq | ast.LtE) and limit == 1) or (
                    isinstance(op, ast.Lt) and limit == 2
                )
            return (isinstance(op, ast.NotEq | ast.Gt) and limit == 1) or (
                isinstance(op, ast.GtE) and limit == 2
            )
    return False
