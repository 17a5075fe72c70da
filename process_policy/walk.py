"""Walks the code that a workflow reaches, breadth first, and reports what must not be there."""

from __future__ import annotations

import ast
import textwrap
from collections import deque
from dataclasses import dataclass

from process_policy import catalogue, sets
from process_policy.checks import CHECKS, WORKFLOW_CHECKS
from process_policy.findings import Finding
from process_policy.guards import Live, live_after, live_in
from process_policy.reach import Workflow, is_activity
from process_policy.resolve import External, Instance, Resolver, Value
from process_policy.rules import RULES
from process_policy.scopes import Assigned, Class, ComprehensionNode, Function, Module, Scope

_LASTING = frozenset({"DET013", "DET016", "DET019"})
"""What a query or a validator leaves behind for the code that is replayed."""

Place = Function | Class | Assigned
"""What can be walked: a function, the body of a class, or the initial value of a module's constant."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place that is reached, and how."""

    place: Place
    name: str
    module: Module
    trace: tuple[str, ...]


class Walker:
    """Follows mentions from the entries of workflows; each place is visited once, by its shortest way."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.findings: list[Finding] = []
        self.modules: dict[Module, None] = {}
        """The files that hold what is reached, in the order it is."""
        self.only_read = False
        """Whether what is reached now is reached from queries and validators alone."""
        self._queue: deque[Step] = deque()
        self._seen: set[int] = set()

    def walk(self, workflows: list[Workflow]) -> list[Finding]:
        """Every finding in code that the workflows reach."""
        for workflow in workflows:
            for entry in workflow.entries:
                self._reach(entry, entry.name, entry.module, ())
            self._reach(workflow.cls, workflow.cls.name, workflow.cls.module, ())
        self._follow()
        self.only_read = True
        for workflow in workflows:
            for reader in workflow.readers:
                self._reach(reader, reader.name, reader.module, ())
        self._follow()
        for check in WORKFLOW_CHECKS:
            for workflow in workflows:
                check(workflow, self.resolver, self.findings.append)
        return self.findings

    def _follow(self) -> None:
        while self._queue:
            _Visitor(self, self._queue.popleft()).run()

    def reach(self, place: Place, name: str, module: Module, step: Step) -> None:
        """Note that `step` mentions `place`."""
        shown = name if module is step.module else f"{module.name}.{name}"
        self._reach(place, shown, module, step.trace)

    def _reach(self, place: Place, name: str, module: Module, trace: tuple[str, ...]) -> None:
        if id(place) not in self._seen:
            self._seen.add(id(place))
            self.modules[module] = None
            self._queue.append(Step(place, name, module, (*trace, name)))


class _Visitor(ast.NodeVisitor):
    """Visits one place; nested functions are places of their own, lambdas and comprehensions are not."""

    def __init__(self, walker: Walker, step: Step) -> None:
        self._walker = walker
        self._resolver = walker.resolver
        self._step = step
        self._scope = step.module.scope
        self.parents: list[ast.AST] = []
        """The nodes around the visited one inside of the place, the nearest last."""
        self.guarded = False
        """Whether the visited code is certain not to run while the workflow replays."""
        self._ordered: set[ast.AST] = set()
        """Comprehensions whose order does not matter: they feed `sorted`, `len` and the like."""

    @property
    def step(self) -> Step:
        """The place that is visited and the way there."""
        return self._step

    @property
    def scope(self) -> Scope:
        """The scope that names of the visited node are seen from."""
        return self._scope

    @property
    def resolver(self) -> Resolver:
        """Tells what expressions stand for."""
        return self._resolver

    def value(self, node: ast.expr | None) -> Value | None:
        """What `node` stands for where it is visited; None if that cannot be told."""
        return self._resolver.value(node, self._scope)

    def visit(self, node: ast.AST) -> None:
        """Let the further checks see the node, then look at it and at what is in it."""
        for check in CHECKS.get(type(node), ()):
            check(self, node)
        self.parents.append(node)
        super().visit(node)
        self.parents.pop()

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the children, with what a test of `is_replaying` says about each."""
        outer = self.guarded
        for name, value in ast.iter_fields(node):
            self.guarded = outer or live_in(node, name, self.value) is Live.LIVE
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
                        self.guarded = self.guarded or live_after(item, self.value)
            elif isinstance(value, ast.AST):
                self.visit(value)
        self.guarded = outer

    def run(self) -> None:
        place = self._step.place
        if isinstance(place, Function | Class):
            for check in CHECKS.get(type(place.node), ()):
                check(self, place.node)
        match place:
            case Function() as function:
                self._scope = function.outer
                arguments = function.node.args
                self._visit_all(function.node.decorator_list)
                self._visit_all([*arguments.defaults, *filter(None, arguments.kw_defaults)])
                self._scope = function.scope
                self._visit_all(function.node.body)
            case Class() as cls:
                self._scope = cls.scope
                self._visit_all([part for part in cls.node.body if not isinstance(part, ast.ClassDef)])
            case Assigned(value=ast.expr() as value, scope=scope):
                self._scope = scope
                self.visit(value)

    def _visit_all(self, nodes: list[ast.stmt] | list[ast.expr]) -> None:
        outer = self.guarded
        for node in nodes:
            self.visit(node)
            self.guarded = self.guarded or live_after(node, self.value)
        self.guarded = outer

    # Mentions

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._mention(node, self._resolver.value(node, self._scope))
            self._constants(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = self._resolver.value(node, self._scope)
        if isinstance(node.ctx, ast.Load):
            self._mention(node, value)
            self._constants(node)
        base: ast.expr = node.value
        if isinstance(
            value, External | Function
        ):  # the whole chain is dealt with: `os.environ` is found once
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self._constants(base)
                return
        self.visit(base)

    def _mention(self, node: ast.expr, value: Value | None) -> None:
        match value:
            case External(name=name):
                rule = catalogue.rule_of_reference(name)
                if rule:
                    self.report(node, rule, name)
            case Function() as function if not is_activity(function, self._resolver):
                self._walker.reach(function, function.name, function.module, self._step)
            case Class() as cls:
                self._class(cls)
        if isinstance(node, ast.Attribute):
            self._property(node)

    def _class(self, cls: Class) -> None:
        for candidate in self._resolver.lineage(cls):
            self._walker.reach(candidate, candidate.name, candidate.module, self._step)
        for name in ("__init__", "__post_init__", "__new__"):
            method = self._resolver.member(cls, name)
            if isinstance(method, Function):
                self._walker.reach(method, method.name, method.module, self._step)

    def _property(self, node: ast.Attribute) -> None:
        owner = self._resolver.value(node.value, self._scope)
        if isinstance(owner, Instance) and isinstance(owner.type, Class):
            member = self._resolver.member(owner.type, node.attr)
            if isinstance(member, Function) and not is_activity(member, self._resolver):
                self._walker.reach(member, member.name, member.module, self._step)

    def _constants(self, node: ast.Name | ast.Attribute) -> None:
        """A constant of a module is computed when the module is imported, which a replay does again."""
        for name, module, constant in self._resolver.constants(node, self._scope):
            self._walker.reach(constant, name, module, self._step)

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        callee = self._resolver.value(node.func, self._scope)
        if isinstance(callee, External):
            rule = catalogue.rule_of_call(callee.name, node)
            if rule:
                self.report(node, rule, callee.name)
            if callee.name == "builtins.getattr":
                self._mention(node, self._resolver.value(node, self._scope))
            if callee.name in sets.ORDER_FREE:
                self._ordered.update(node.args)
        if sets.order_matters(node, callee, self._is_set):
            self.report(node, "DET011", ast.unparse(node.func))
        self.generic_visit(node)

    # Order of sets

    def _is_set(self, node: ast.expr) -> bool:
        return self._resolver.is_set(node, self._scope)

    def visit_For(self, node: ast.For) -> None:
        if self._is_set(node.iter):
            self.report(node.iter, "DET011", _loop(node))
        self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> None:
        if isinstance(node.ctx, ast.Load) and self._is_set(node.value):
            self.report(node, "DET011", f"*{ast.unparse(node.value)}")
        self.generic_visit(node)

    def visit_Set(self, node: ast.Set) -> None:
        for element in node.elts:  # a set unpacked into a set loses nothing
            self.visit(element.value if isinstance(element, ast.Starred) else element)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self._is_set(node.value) and any(
            isinstance(target, ast.Tuple | ast.List) for target in node.targets
        ):
            self.report(node.value, "DET011", "unpacking")
        self.generic_visit(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        if self._is_set(node.value):
            self.report(node.value, "DET011", "yield from")
        self.generic_visit(node)

    # Scopes and annotations

    def _comprehension(self, node: ComprehensionNode) -> None:
        self.visit(node.generators[0].iter)
        outer, self._scope = self._scope, self._step.module.scope_of[node]
        for position, generator in enumerate(node.generators):
            seen_from = self._scope if position else outer
            is_set = self._resolver.is_set(generator.iter, seen_from)
            if is_set and node not in self._ordered and not isinstance(node, ast.SetComp):
                self.report(generator.iter, "DET011", _loop(generator))
            if position:
                self.visit(generator.iter)
            self._visit_all(generator.ifs)
        self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *filter(None, node.args.kw_defaults)])
        outer, self._scope = self._scope, self._step.module.scope_of[node]
        self.visit(node.body)
        self._scope = outer

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Walked when it is mentioned, with its decorators and defaults."""

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._class(self._step.module.class_of[node])

    def report(
        self, node: ast.expr | ast.stmt | ast.ExceptHandler, rule: str, what: str, message: str | None = None
    ) -> None:
        """Add a finding at `node`; without a message of its own it says what the rule says."""
        broken = RULES[rule]
        if self._walker.only_read and rule.startswith("DET") and rule not in _LASTING:
            rule = "PRA010"
        shown = textwrap.shorten(what.removeprefix("builtins."), 60, placeholder="…")
        self._walker.findings.append(
            Finding(
                path=self._step.module.path,
                line=node.lineno,
                column=node.col_offset + 1,
                rule=rule,
                message=message or f"`{shown}` {broken.title}; {broken.mend}",
                function=_function_name(self._step),
                trace=(*self._step.trace, shown),
            )
        )


def _loop(node: ast.For | ast.comprehension) -> str:
    return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"


def _function_name(step: Step) -> str:
    return step.place.name if isinstance(step.place, Function | Class) else "<module>"
