"""What a test of `workflow.unsafe.is_replaying()` says about the code that depends on it."""

from __future__ import annotations

import ast
import enum

from process_policy.scopes import Assigned
from process_policy.site import Site
from process_policy.values import External

_IS_REPLAYING = frozenset(
    {"temporalio.workflow.unsafe.is_replaying", "temporalio.workflow.unsafe.is_replaying_history_events"}
)


class Live(enum.Enum):
    """What is certain where a test has come out in one way."""

    LIVE = "not replaying"
    REPLAYING = "replaying"
    UNKNOWN = "either"


def live_if(test: ast.expr, outcome: bool, site: Site) -> Live:
    """What is certain once `test` has come out as `outcome`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return live_if(inner, not outcome, site)
        case ast.BoolOp(op=op, values=parts) if isinstance(op, ast.And) is outcome:
            found = {live_if(part, outcome, site) for part in parts} - {Live.UNKNOWN}
            return found.pop() if len(found) == 1 else Live.UNKNOWN
        case ast.Call(func=function):
            callee = site.value(function)
            if isinstance(callee, External) and callee.name in _IS_REPLAYING:
                return Live.REPLAYING if outcome else Live.LIVE
        case ast.Name(id=name):
            bound = site.scope.find(name)
            match bound[1] if bound else ():
                case [Assigned(value=ast.Call() | ast.UnaryOp() as asked, way=())]:
                    return live_if(asked, outcome, site)
    return Live.UNKNOWN


def live_in(node: ast.AST, field: str, site: Site) -> Live:
    """What is certain in one field of `node`: the body of an `if`, one side of a conditional expression."""
    if isinstance(node, ast.If | ast.IfExp) and field in ("body", "orelse"):
        return live_if(node.test, field == "body", site)
    return Live.UNKNOWN


def live_after(node: ast.AST, site: Site) -> bool:
    """Whether a statement lets nobody through while the workflow replays: `if is_replaying(): return`."""
    if not isinstance(node, ast.If):
        return False
    ways = ((True, node.body), (False, node.orelse))
    return any(
        live_if(node.test, outcome, site) is Live.REPLAYING and bool(body) and _leaves(body[-1])
        for outcome, body in ways
    )


def _leaves(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break)
