"""Further checks of what is reached, by the kind of node they look at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from process_policy.findings import Finding
    from process_policy.reach import Workflow
    from process_policy.resolve import Resolver

CHECKS: Mapping[type[ast.AST], tuple[Callable[[Any, Any], None], ...]] = {}
"""Called with the visitor and the node, for every node that workflow code reaches."""

WORKFLOW_CHECKS: tuple[Callable[[Workflow, Resolver, Callable[[Finding], None]], None], ...] = ()
"""Called once for each workflow."""
