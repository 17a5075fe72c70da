"""What a place mentions: names outside the checked files, and places of the checked files to go on to."""

# ruff: noqa: N802, D102 - visitors are named by the nodes they visit

from __future__ import annotations

import ast

from process_policy import catalogue
from process_policy.arguments import pass_arguments
from process_policy.classes import is_property
from process_policy.order import Fate
from process_policy.reach import is_activity
from process_policy.scopes import Assigned, Class, Function, Imported, Parameter
from process_policy.traverse import Traversal
from process_policy.values import External, Instance, Super, Value, elements

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
_CALLED_BY = {
    "builtins.abs": ("__abs__",),
    "builtins.bool": ("__bool__",),
    "builtins.bytes": ("__bytes__",),
    "builtins.dict": ("__iter__",),
    "builtins.float": ("__float__",),
    "builtins.format": ("__format__",),
    "builtins.hash": ("__hash__",),
    "builtins.int": ("__int__",),
    "builtins.iter": ("__iter__",),
    "builtins.len": ("__len__",),
    "builtins.list": ("__iter__",),
    "builtins.next": ("__next__",),
    "builtins.repr": ("__repr__",),
    "builtins.set": ("__iter__",),
    "builtins.str": ("__str__",),
    "builtins.tuple": ("__iter__",),
    "contextlib.AsyncExitStack.enter_async_context": ("__aenter__", "__aexit__"),
    "contextlib.AsyncExitStack.enter_context": ("__enter__", "__exit__"),
    "contextlib.ExitStack.enter_context": ("__enter__", "__exit__"),
}
_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
    ast.LShift: "lshift", ast.RShift: "rshift", ast.MatMult: "matmul",
}  # fmt: skip
_COMPARISONS = {
    ast.Eq: "__eq__", ast.NotEq: "__ne__", ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__",
    ast.GtE: "__ge__", ast.In: "__contains__", ast.NotIn: "__contains__",
}  # fmt: skip


class Mentions(Traversal):
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
        is_chain = any(isinstance(value, External | Function) for value in values)
        if is_chain or (owners and all(isinstance(owner, Class) for owner in owners)):
            # The whole chain is dealt with: `os.environ` is found once, `Order.LIMIT` makes no order.
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self._constants(base)
                return
        self.visit(base)

    def _mention(self, node: ast.expr, value: Value) -> None:
        match value:
            case External(name="builtins.set.pop") if self._is_called_with_arguments(node):
                return
            case External(name=name):
                rule = catalogue.rule_of_reference(name)
                if rule and self._is_spelled(node, name):
                    self.report(node, rule, name)
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
        self._methods(cls, *_CONSTRUCTORS)

    def _validates(self, function: Function) -> bool:
        names = (
            self.resolver.decorators(function.node, function.outer) if function.node.decorator_list else ()
        )
        return any(name.startswith(("pydantic.", "attr.", "attrs.")) for name in names)

    def _methods(self, cls: Class, *names: str) -> None:
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
                self._methods(member.type, "__set__" if is_stored else "__get__")
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
        names = {callee.name for callee in callees if isinstance(callee, External)}
        for changed in pass_arguments(node, callees, self.scope, self.resolver):
            self.walker.note_change(changed or self.step.place)
        if names & _TYPE_TESTS and len(node.args) == 2:
            self.visit(node.func)
            self.visit(node.args[0])  # the type is asked about, not made
            return
        self.visit(node.func)
        starts = any(name.startswith(_STARTERS) for name in names)
        for argument in node.args[1:] if starts and self._is_reference(node.args[:1]) else node.args:
            self.visit(argument)
        for word in node.keywords:
            if not (starts and word.arg in ("activity", "workflow") and self._is_reference([word.value])):
                self.visit(word)

    def _is_reference(self, arguments: list[ast.expr]) -> bool:
        """Whether an argument only names what runs elsewhere."""
        return all(isinstance(value, Function | Class) for value in arguments and self.values(arguments[0]))

    def _call(self, node: ast.Call, callee: Value) -> None:
        match callee:
            case External(name=name):
                rule = catalogue.rule_of_call(name, node)
                if rule and not self._is_parameter(node.func):
                    self.report(node, rule, name)
                if name == "builtins.getattr":
                    for value in self.values(node):
                        self._mention(node, value)
                if name in _CALLED_BY and node.args:
                    self._dunder(node.args[0], *_CALLED_BY[name])
                if name in ("builtins.sorted", "builtins.min", "builtins.max"):
                    self._dunder_of_elements(node)
            case Instance(type=Class() as cls):
                self._methods(cls, "__call__")

    def _is_parameter(self, node: ast.expr) -> bool:
        found = self.scope.find(node.id) if isinstance(node, ast.Name) else None
        return found is not None and all(isinstance(binding, Parameter) for binding in found[1])

    def _dunder_of_elements(self, node: ast.Call) -> None:
        for argument in node.args[:1]:
            for value in elements(self.values(argument)):
                if isinstance(value, Instance) and isinstance(value.type, Class):
                    self._methods(value.type, "__lt__", "__gt__")

    def _dunder(self, node: ast.expr, *names: str) -> None:
        """Reach special methods of what `node` stands for."""
        for value in self.values(node):
            if isinstance(value, Instance) and isinstance(value.type, Class):
                self._methods(value.type, *names)

    # Special methods

    def visit_BinOp(self, node: ast.BinOp) -> None:
        name = _OPERATORS[type(node.op)]
        self._dunder(node.left, f"__{name}__")
        self._dunder(node.right, f"__r{name}__")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        name = _OPERATORS[type(node.op)]
        self._dunder(node.target, f"__i{name}__", f"__{name}__")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            name = _COMPARISONS.get(type(op))
            if name:
                self._dunder(right if name == "__contains__" else left, name)
            left = right
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        kinds = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}
        self._dunder(node.value, kinds[type(node.ctx)])
        self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> None:
        self._dunder(node.value, "__await__")
        self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self._dunder(node.value, "__format__", "__str__", "__repr__")
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            self._dunder(item.context_expr, "__enter__", "__exit__")
        self.generic_visit(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        for item in node.items:
            self._dunder(item.context_expr, "__aenter__", "__aexit__")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._iterate(node.iter)
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self._iterate(node.iter)
        self.generic_visit(node)

    def _iterate(self, node: ast.expr) -> None:
        self._dunder(node, "__iter__", "__next__", "__aiter__", "__anext__", "__getitem__")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.visit_all(node.body)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for pattern in (*node.patterns, *node.kwd_patterns):
            self.visit(pattern)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        cls = self.step.module.class_of[node]
        for candidate in self.resolver.lineage(cls):
            self.walker.reach(candidate, candidate.name, candidate.module, self.step)
