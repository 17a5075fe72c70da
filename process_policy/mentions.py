"""What a place mentions: names outside the checked files, and places of the checked files to go on to."""

# ruff: noqa: N802, D102 - visitors are named by the nodes they visit

from __future__ import annotations

import ast

from process_policy import catalogue
from process_policy.arguments import pass_arguments
from process_policy.classes import is_property
from process_policy.identity import only_marks
from process_policy.order import Fate
from process_policy.reach import is_activity
from process_policy.scopes import Assigned, Class, Function, Imported, Module, Parameter
from process_policy.single import has_one_element
from process_policy.special import SpecialMethods
from process_policy.values import Closure, External, Instance, Super, Value

_CONSTRUCTORS = (
    "__init__",
    "__post_init__",
    "__new__",
    "__attrs_post_init__",
    "model_post_init",
    "__init_subclass__",
)
_STARTERS = (
    *(
        f"temporalio.workflow.{verb}_{what}"
        for verb in ("execute", "start")
        for what in ("activity", "local_activity", "child_workflow", "nexus_operation")
    ),
    "temporalio.workflow.get_external_workflow_handle_for",
    "temporalio.workflow.continue_as_new",
)
_TYPE_TESTS = frozenset({"builtins.isinstance", "builtins.issubclass"})


class Mentions(SpecialMethods):
    """Reports mentions and calls of what the catalogue names, and reaches what is mentioned."""

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            for value in self.values(node):
                self._mention(node, value)
            self._constants(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owners = self.values(node.value)
        values = self.values(node)
        if isinstance(node.ctx, ast.Load):
            for value in values:
                self._mention(node, value)
            self._constants(node)
        for owner in owners:
            self._member(owner, node)
        base: ast.expr = node.value
        if owners and all(isinstance(owner, External | Module | Class) for owner in owners):
            # The whole chain is dealt with: `os.environ` is found once, `Order.LIMIT` makes no order.
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self._constants(base)
                return
        self.visit(base)

    def _mention(self, node: ast.expr, value: Value) -> None:
        match value:
            case External(name="builtins.set.pop") if self._is_called_with_arguments(node) or (
                isinstance(node, ast.Attribute)
                and has_one_element(node.value, [self.order.root, *self.parents])
            ):
                return
            case External(name=name):
                rule = catalogue.rule_of_reference(name)
                if rule and self._is_spelled(node, name):
                    self.report(node, rule, name)
            case Function() if self._is_only_kept(value):
                if not is_activity(value, self.resolver):
                    returned = any(isinstance(parent, ast.Return) for parent in self.around())
                    self.walker.keep(value, self.step, returned=returned)
            case Function():
                self._reach(value)
                call = self.parents[-2] if len(self.parents) > 1 else None
                if not (isinstance(call, ast.Call) and call.func is node):
                    self.walker.use_result(value, Fate.BOUND, self.step.place)  # called by somebody else
            case Class():
                self._class(value)

    def _is_spelled(self, node: ast.expr, name: str) -> bool:
        """Whether `node` itself names it: the origin of others is found instead."""
        if isinstance(node, ast.Attribute):
            return name.endswith(f".{node.attr}")
        return not isinstance(node, ast.Name) or self._is_alias(node)

    def _is_alias(self, node: ast.Name) -> bool:
        found = self.scope.find(node.id)
        return found is None or any(
            isinstance(binding, Imported)
            or (
                isinstance(binding, Assigned)
                and not binding.way
                and isinstance(binding.value, ast.Name | ast.Attribute)
            )
            for binding in found[1]
        )

    def _is_only_kept(self, function: Function) -> bool:
        """Whether a mention puts a function into a table, or returns it: it need not be called ever."""
        if function.outer.parent is not None and not function.outer.is_class:
            return False  # what a decorator returns is called under another name
        for parent in self.around():
            if isinstance(parent, ast.Assign | ast.AnnAssign):
                return parent is not self.parents[-2]
            if isinstance(parent, ast.Return):
                place = self.step.place
                return not (isinstance(place, Function) and place.node.name.startswith("__"))
            if not isinstance(parent, ast.Dict | ast.List | ast.Tuple):
                return False
        return isinstance(self.step.place, Assigned) and len(self.parents) > 1

    def _is_called_with_arguments(self, node: ast.expr) -> bool:
        call = self.parents[-2] if len(self.parents) > 1 else None
        return isinstance(call, ast.Call) and call.func is node and bool(call.args)

    def _reach(self, function: Function) -> None:
        if is_activity(function, self.resolver):
            return
        self.walker.reach(function, function.name, function.module, self.step)
        if function.owner is None:
            for registered in function.module.registered.get(function.node.name, ()):
                self.walker.reach(registered, registered.name, registered.module, self.step)

    def _class(self, cls: Class) -> None:
        """Reach what making an object of `cls` runs."""
        for candidate in self.resolver.lineage(cls):
            self.walker.make(cls, candidate)
            self.walker.reach(candidate, candidate.name, candidate.module, self.step)
            for bindings in candidate.scope.bindings.values():
                for binding in bindings:
                    if isinstance(binding, Function) and self._validates(binding):
                        self._reach(binding)
        self.reach_methods(cls, *_CONSTRUCTORS)

    def _validates(self, function: Function) -> bool:
        names = (
            self.resolver.decorators(function.node, function.outer) if function.node.decorator_list else ()
        )
        return any(name.startswith(("pydantic.", "attr.", "attrs.")) for name in names)

    def reach_methods(self, cls: Class, *names: str) -> None:
        for name in names:
            for method in self.resolver.classes.member(cls, name):
                if isinstance(method, Function):
                    self._reach(method)

    def _member(self, owner: Value, node: ast.Attribute) -> None:
        """Reach what reading or setting an attribute of a checked class runs."""
        cls = owner.type if isinstance(owner, Instance) else owner
        if isinstance(cls, Super):
            cls = cls.start
        if not isinstance(cls, Class):
            return
        methods = self.resolver.classes.methods(cls, node.attr)
        is_stored = not isinstance(node.ctx, ast.Load)
        if len(methods) > 1 and is_stored:
            methods = methods[1:]  # setter and deleter
        elif len(methods) > 1:
            methods = [methods[0], methods[-1]]
        for method in methods:
            self._reach(method)
            if is_property(method):
                self.walker.use_result(method, self.order.fate(node, self.around()), self.step.place)
        for member in self.resolver.classes.member(cls, node.attr):
            if isinstance(member, Instance) and isinstance(member.type, Class):
                self.reach_methods(member.type, "__set__" if is_stored else "__get__")
        if isinstance(owner, Class):
            for candidate in self.resolver.lineage(owner):
                for binding in candidate.scope.bindings.get(node.attr, ()):
                    if isinstance(binding, Assigned) and binding.value:
                        self.walker.reach(binding, f"{owner.name}.{node.attr}", candidate.module, self.step)

    def _constants(self, node: ast.Name | ast.Attribute) -> None:
        """A constant of a module is computed when the module is imported, which a replay does again."""
        for name, module, constant in self.resolver.constants(node, self.scope):
            self.walker.reach(constant, name, module, self.step)
            for registered in self.resolver.imports.registered(name, module):
                self._mention(node, registered)

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        callees = self.values(node.func)
        for callee in callees:
            self._call(node, callee)
        told = any(isinstance(callee, Function | Class | Closure | External) for callee in callees)
        if not told and not isinstance(node.func, ast.Attribute):
            self.walker.calls_unknown.add(self.step.place)
        names = {callee.name for callee in callees if isinstance(callee, External)}
        for changed in pass_arguments(node, callees, self.scope, self.resolver):
            self.walker.note_change(changed or self.step.place)
        if names & _TYPE_TESTS and len(node.args) == 2:
            self.visit(node.func)
            self.visit(node.args[0])  # the type is asked about, not made
            return
        self.visit(node.func)
        starts = any(name.startswith(_STARTERS) for name in names)
        for position, argument in enumerate(node.args):
            if not (self._is_reference(argument) and (_is_of_sdk(names) or (starts and not position))):
                self._hand_on(argument)
                self.visit(argument)
        for word in node.keywords:
            named = starts and word.arg in ("activity", "workflow")
            if not (self._is_reference(word.value) and (_is_of_sdk(names) or named)):
                self._hand_on(word.value)
                self.visit(word)

    def _hand_on(self, argument: ast.expr) -> None:
        """Reach a function that comes out of a table and is handed to a call."""
        if isinstance(argument, ast.Subscript | ast.Call | ast.IfExp | ast.BoolOp):
            for value in self.values(argument):
                if isinstance(value, Function):
                    self._reach(value)

    def _is_reference(self, argument: ast.expr) -> bool:
        """Whether an argument only names a function or class."""
        values = self.values(argument)
        return bool(values) and all(isinstance(value, Function | Class) for value in values)

    def _call(self, node: ast.Call, callee: Value) -> None:
        match callee:
            case External(name=name):
                rule = catalogue.rule_of_call(name, node)
                if name == "builtins.id" and only_marks(node, self.parents[:-1], self.order.root):
                    rule = None
                if rule and not self._is_parameter(node.func):
                    self.report(node, rule, name)
                if name == "builtins.getattr":
                    for value in self.values(node):
                        self._mention(node, value)
                self.call_special(name, node)
            case Instance(type=Class() as cls):
                self.reach_methods(cls, "__call__")
            case Function():
                self._reach(callee)

    def _is_parameter(self, node: ast.expr) -> bool:
        found = self.scope.find(node.id) if isinstance(node, ast.Name) else None
        return found is not None and all(isinstance(binding, Parameter) for binding in found[1])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.visit_all(node.body)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for pattern in (*node.patterns, *node.kwd_patterns):
            self.visit(pattern)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        cls = self.step.module.class_of[node]
        for candidate in self.resolver.lineage(cls):
            self.walker.reach(candidate, candidate.name, candidate.module, self.step)


def _is_of_sdk(names: set[str]) -> bool:
    """Whether the SDK is called beside its workflow side; it runs what it is handed in activities."""
    return any(
        name.startswith("temporalio.") and not name.startswith("temporalio.workflow.") for name in names
    )
