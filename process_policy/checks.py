"""Further checks of what is reached, by the kind of node they look at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from process_policy import dynamic, state, text
from process_policy.practice import activities, awaiting, cancelling, failing, output, shape
from process_policy.reach import Workflow
from process_policy.resolve import Resolver
from process_policy.site import Report

CHECKS: Mapping[type[ast.AST], tuple[Callable[[Any, Any], None], ...]] = {
    ast.Name: (state.rebind, output.writes, dynamic.asks_for_version),
    ast.Attribute: (state.store, state.read, dynamic.look_up, output.writes, dynamic.asks_for_version),
    ast.Subscript: (state.store, dynamic.look_up),
    ast.Call: (
        dynamic.look_up,
        dynamic.hand_on,
        dynamic.inherited,
        dynamic.query_models,
        dynamic.hashes_itself,
        state.change,
        text.convert,
        output.prints,
        output.logs,
        activities.starts,
        activities.calls_activity,
        activities.asks_as_activity,
        awaiting.awaits,
    ),
    ast.FormattedValue: (text.interpolate,),
    ast.BinOp: (text.fill_in,),
    ast.ClassDef: (text.collects,),
    ast.Assert: (failing.asserts,),
    ast.Try: (cancelling.swallows,),
    ast.With: (cancelling.suppresses,),
    ast.Raise: (failing.leaves,),
}
"""Called with the visitor and the node, for every node that workflow code reaches."""

WORKFLOW_CHECKS: tuple[Callable[[Workflow, Resolver, Report], None], ...] = (
    shape.check_shape,
    failing.check_own_exceptions,
)
"""Called once for each workflow."""
