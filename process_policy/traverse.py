"""Visiting the nodes of one place in their scopes, with what is certain about replays there."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from process_policy.checks import CHECKS
from process_policy.findings import Finding
from process_policy.guards import Live, live_after, live_in
from process_policy.order import Order
from process_policy.resolve import Resolver
from process_policy.rules import RULES
from process_policy.scopes import Assigned, Class, Function, Module, Scope
from process_policy.values import Value, Values, follows_set

if TYPE_CHECKING:
    from process_policy.walk import Walker

_LASTING = frozenset({"DET013", "DET016", "DET019"})
"""What a query or a validator leaves behind for the code that is replayed."""

Place = Function | Class | Assigned
"""What can be walked: a function, the body of a class, or the value of a constant."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place that is reached, and how."""

    place: Place
    name: str
    module: Module
    trace: tuple[str, ...]


class Traversal(ast.NodeVisitor):
    """Visits one place; nested functions are places of their own, lambdas and comprehensions are not."""

    def __init__(self, walker: Walker, step: Step) -> None:
        self.walker = walker
        self.step = step
        self.resolver: Resolver = walker.resolver
        self.scope: Scope = step.module.scope
        self.parents: list[ast.AST] = []
        """The nodes around the visited one inside of the place, the nearest last."""
        self.guarded = False
        """Whether the visited code is certain not to run while the workflow replays."""

    def values(self, node: ast.expr | None) -> Values:
        """Everything that `node` can stand for where it is visited."""
        return self.resolver.values(node, self.scope)

    def value(self, node: ast.expr | None) -> Value | None:
        """What `node` stands for where it is visited; None if that cannot be told."""
        return self.resolver.value(node, self.scope)

    def is_set(self, node: ast.expr) -> bool:
        """Whether `node` can be a set."""
        return self.resolver.is_set(node, self.scope)

    def follows_set(self, node: ast.expr) -> bool:
        """Whether walking through `node` goes in the order of a set."""
        return any(map(follows_set, self.values(node)))

    def around(self) -> list[ast.AST]:
        """The nodes around the visited one, the nearest first."""
        return self.parents[-2::-1]

    def run(self) -> None:
        """Visit the whole place."""
        match self.step.place:
            case Function() as function:
                self._check(function.node)
                self.order = Order(self.resolver, function.scope, function.node)
                self.scope = function.outer
                self._decorate(function.node.decorator_list)
                self._defaults(function.node.args)
                self.scope = function.scope
                self.visit_all(function.node.body)
            case Class() as cls:
                self._check(cls.node)
                self.order = Order(self.resolver, cls.scope, cls.node)
                self.scope = cls.outer
                self._decorate(cls.node.decorator_list)
                self.visit_all([word.value for word in cls.node.keywords])
                self.scope = cls.scope
                self.visit_all([part for part in cls.node.body if not isinstance(part, ast.ClassDef)])
            case Assigned(value=ast.expr() as value, scope=scope):
                self.order = Order(self.resolver, scope, value)
                self.scope = scope
                self.visit(value)

    def _decorate(self, decorators: list[ast.expr]) -> None:
        for decorator in decorators:
            plain = decorator.func if isinstance(decorator, ast.Call) else decorator
            run = (*self.values(plain), *self.values(decorator))
            self.walker.at_import.update(value for value in run if isinstance(value, Function))
        self.visit_all(decorators)

    def _check(self, node: ast.AST) -> None:
        for check in CHECKS.get(type(node), ()):
            check(self, node)

    def visit(self, node: ast.AST) -> None:
        """Let the further checks see the node, then look at it and at what is in it."""
        kind = type(node)
        if kind in CHECKS:
            self._check(node)
        self.parents.append(node)
        visitor = getattr(self, f"visit_{kind.__name__}", None)
        if visitor:
            visitor(node)
        else:
            self.generic_visit(node)
        self.parents.pop()

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the children, with what a test of `is_replaying` says about each."""
        if not isinstance(node, ast.stmt | ast.IfExp | ast.ExceptHandler | ast.match_case):
            for child in ast.iter_child_nodes(node):
                self.visit(child)
            return
        outer = self.guarded
        for name, value in ast.iter_fields(node):
            self.guarded = outer or live_in(node, name, self) is Live.LIVE
            if isinstance(value, list):
                self._visit_in_turn(value)
            elif isinstance(value, ast.AST):
                self.visit(value)
        self.guarded = outer

    def visit_all(self, nodes: list[ast.stmt] | list[ast.expr]) -> None:
        """Visit nodes one after the other."""
        outer = self.guarded
        self._visit_in_turn(nodes)
        self.guarded = outer

    def _visit_in_turn(self, nodes: Iterable[object]) -> None:
        for node in nodes:
            if isinstance(node, ast.AST):
                self.visit(node)
                self.guarded = self.guarded or live_after(node, self)

    # Scopes and annotations

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        outer, self.scope = self.scope, self.step.module.scope_of[node]
        for position, generator in enumerate(node.generators):
            if position:
                self.visit(generator.iter)
            self.visit_all(generator.ifs)
        self.visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.scope = outer

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit the body, which may run at another time."""
        self._defaults(node.args)
        outer, self.scope = self.scope, self.step.module.scope_of[node]
        guarded, self.guarded = self.guarded, False
        self.visit(node.body)
        self.scope, self.guarded = outer, guarded

    def _defaults(self, arguments: ast.arguments) -> None:
        self.visit_all([*arguments.defaults, *filter(None, arguments.kw_defaults)])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Visit all but the annotation, which nothing evaluates."""
        if node.value:
            self.visit(node.value)
            self.visit(node.target)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Walked when it is mentioned, with its decorators and defaults."""

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def report(
        self, node: ast.expr | ast.stmt | ast.ExceptHandler, rule: str, what: str, message: str | None = None
    ) -> None:
        """Add a finding at `node`; without a message of its own it says what the rule says."""
        broken = RULES[rule]
        place = self.step.place
        if self.walker.is_only_read(place) and rule == "DET011":
            return  # an answer in another order is as good
        if self.walker.is_only_read(place) and rule.startswith("DET") and rule not in _LASTING:
            rule = "PRA010"
        if rule == "DET016" and place in self.walker.at_import:
            return  # a decorator registers what it decorates before any workflow runs
        shown = textwrap.shorten(what.removeprefix("builtins."), 60, placeholder="…")
        self.walker.add(
            Finding(
                path=self.step.module.path,
                line=node.lineno,
                column=self.step.module.column(node),
                rule=rule,
                message=message or broken.about(shown),
                function=place.name if isinstance(place, Function | Class) else "<module>",
                trace=(*self.step.trace, shown),
            )
        )
