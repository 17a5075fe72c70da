"""Where an address only tells whether an object was met before, which is the same in every run."""

from __future__ import annotations

import ast
from collections.abc import Sequence


def only_marks(call: ast.Call, parents: Sequence[ast.AST], root: ast.AST) -> bool:
    """Whether `id(…)` is only put into a set, or looked up in one: `if id(node) in seen: return`.

    Args:
        call: The call of `id`.
        parents: What is around it, the nearest last.
        root: The function that it is in.
    """
    parent = parents[-1] if parents else None
    if isinstance(parent, ast.Assign) and [type(target) for target in parent.targets] == [ast.Name]:
        name = ast.unparse(parent.targets[0])
        around = {child: node for node in ast.walk(root) for child in ast.iter_child_nodes(node)}
        loads = [
            node
            for node in around
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        ]
        return all(_is_mark(load, around[load]) for load in loads)
    return _is_mark(call, parent)


def _is_mark(node: ast.expr, parent: ast.AST | None) -> bool:
    match parent:
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
            return left is node
        case ast.Call(func=ast.Attribute(attr="add" | "discard")):
            return True
    return isinstance(parent, ast.Set)
