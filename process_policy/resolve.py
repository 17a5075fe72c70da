"""What an expression can stand for, as far as that can be told without running it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from process_policy import calls
from process_policy.bindings import Bindings
from process_policy.classes import Classes, is_property
from process_policy.facts import Facts
from process_policy.flow import Flow
from process_policy.importing import Imports
from process_policy.project import Project
from process_policy.returns import results, returned
from process_policy.scopes import (
    Assigned,
    Binding,
    Class,
    Function,
    Module,
    Scope,
)
from process_policy.values import (
    SET,
    Closure,
    External,
    Instance,
    Super,
    Value,
    Values,
    agreed,
    awaited,
    is_set,
    join,
)

__all__ = ["SET", "External", "Instance", "Resolver", "Value", "Values"]

_NO_NAMES: frozenset[str] = frozenset()
_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 60


class Resolver:
    """Evaluates names, attributes, calls and annotations to the :data:`Values` they can have."""

    def __init__(self, project: Project) -> None:
        self.facts = Facts()
        self.classes = Classes(self)
        self.imports = Imports(project, self)
        self.bindings = Bindings(self)
        self._known: dict[tuple[ast.expr, Scope], Values] = {}
        self._flows: dict[Scope, Flow] = {}
        self._parsed: dict[str, ast.expr] = {}
        self._results: dict[Function, tuple[list[ast.expr], list[ast.expr]]] = {}
        self._known_decorators: dict[tuple[ast.AST, Scope], frozenset[str]] = {}
        self._depth = 0

    def forget(self) -> None:
        """Forget what was computed, because facts have changed."""
        self._known.clear()
        self.bindings.forget()

    def bound(self, bindings: Sequence[Binding], module: Module) -> Values:
        """What a name with these bindings can stand for."""
        return self.bindings.bound(bindings, module)

    def values(self, node: ast.expr | None, scope: Scope) -> Values:
        """Everything that `node` can stand for as seen from `scope`; empty if nothing is known of it."""
        if node is None or isinstance(node, ast.Constant) or self._depth > _DEEPEST:
            return calls.constant(node)
        key = (node, scope)
        known = self._known.get(key)
        if known is None:
            self._known[key] = ()  # what a recursive definition sees of itself
            self._depth += 1
            known = self._known[key] = self._evaluate(node, scope)
            self._depth -= 1
        return known

    def value(self, node: ast.expr | None, scope: Scope) -> Value | None:
        """What `node` stands for, if there is one answer; None means "cannot tell"."""
        values = self.values(node, scope)
        return values[0] if len(values) == 1 else None

    def is_set(self, node: ast.expr, scope: Scope) -> bool:
        """Whether `node` can be a set."""
        return any(is_set(value) for value in self.values(node, scope))

    def bases(self, cls: Class) -> list[External | Class]:
        """The base classes that can be told."""
        return self.classes.bases(cls)

    def member(self, cls: Class, name: str) -> Value | None:
        """An attribute of a class or of its instances, if there is one answer."""
        values = self.classes.member(cls, name)
        return values[0] if len(values) == 1 else None

    def lineage(self, cls: Class) -> list[Class]:
        """`cls` and its bases among the checked files, in the order in which members are looked up."""
        return self.classes.lineage(cls)

    def decorators(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope
    ) -> frozenset[str]:
        """Qualified names of the external decorators of a definition, called or not."""
        if not node.decorator_list:
            return _NO_NAMES
        key = (node, scope)
        if key not in self._known_decorators:
            self._known_decorators[key] = self._decorators(node, scope)
        return self._known_decorators[key]

    def _decorators(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope
    ) -> frozenset[str]:
        plain = (
            decorator.func if isinstance(decorator, ast.Call) else decorator
            for decorator in node.decorator_list
        )
        values = join(self.values(decorator, scope) for decorator in plain)
        return frozenset(value.name for value in values if isinstance(value, External))

    def constants(
        self, node: ast.Name | ast.Attribute, scope: Scope
    ) -> Iterator[tuple[str, Module, Assigned]]:
        """The assignments of checked modules whose value `node` reads, with their names."""
        return self.imports.constants(node, scope)

    def results(self, function: Function) -> tuple[list[ast.expr], list[ast.expr]]:
        """What a function returns, and what it yields."""
        if function not in self._results:
            self._results[function] = results(function.node)
        return self._results[function]

    def parsed(self, text: str) -> ast.expr:
        """The expression in a string, always the same one."""
        if text not in self._parsed:
            self._parsed[text] = ast.parse(text, mode="eval").body
        return self._parsed[text]

    # Expressions

    def _evaluate(self, node: ast.expr, scope: Scope) -> Values:  # noqa: PLR0911
        match node:
            case ast.Name():
                return self._name(node, scope)
            case ast.Attribute():
                owners = self.values(node.value, scope)
                return join(self.attribute(owner, node.attr, scope) for owner in owners)
            case ast.Call():
                return calls.called(node, scope, self)
            case ast.Await(value=inner):
                return awaited(self.values(inner, scope))
            case ast.IfExp(body=one, orelse=other):
                return join([self.values(one, scope), self.values(other, scope)])
            case ast.BoolOp(values=operands):
                return join(self.values(operand, scope) for operand in operands)
            case ast.NamedExpr(value=inner):
                return self.values(inner, scope)
            case ast.Subscript(value=owner, slice=index):
                return calls.subscript(self.values(owner, scope), index)
            case ast.Lambda():
                return (Closure(node, scope.module.scope_of[node]),)
        return calls.display(node, scope, self)

    def _name(self, node: ast.Name, scope: Scope) -> Values:
        found = scope.find(node.id)
        if found is None:
            return self.imports.starred(node.id, scope.module) or (
                (External(f"builtins.{node.id}"),) if node.id in _BUILTINS else ()
            )
        owner, bindings = found
        if owner.node is None:  # of a lambda or a comprehension
            return self.bound(bindings, owner.module)
        flow = self.flow(owner)
        seen = flow.seen.get(node)
        if seen is not None:
            return self.bound(seen, owner.module)
        if owner is owner.module.scope:
            last = flow.last.get(node.id, ())
            elsewhere = [binding for binding in bindings if binding not in flow.known]
            bindings = [*last, *elsewhere] or bindings
        return agreed(self.bound(bindings, owner.module))

    def flow(self, scope: Scope) -> Flow:
        """How the statements of a module, class or function bind its names."""
        if scope not in self._flows:
            self._flows[scope] = Flow(scope)
        return self._flows[scope]

    def attribute(self, value: Value, name: str, scope: Scope) -> Values:  # noqa: PLR0911
        """What attribute `name` of `value` can stand for."""
        match value:
            case External(name=owner):
                return self.imports.imported(f"{owner}.{name}", scope.module)
            case Instance(type=str() as owner):
                return (External(f"{owner}.{name}"),)
            case Instance(type=Class() as owner):
                return join(self._read(member) for member in self.classes.member(owner, name))
            case Class():
                own = value.scope.bindings.get(name, ())
                if any(isinstance(binding, Assigned) for binding in own) and self.classes.is_enum(value):
                    return (Instance(value),)
                return self.classes.member(value, name)
            case Super(owner=owner, start=start):
                return self.classes.member(start, name, after=owner)
            case Module():
                bindings = value.scope.bindings.get(name)
                if bindings:
                    last = self.flow(value.scope).last.get(name)
                    return self.bound(last or bindings, value)
                return self.imports.starred(name, value) or self.imports.submodule(value, name)
        return ()

    def _read(self, member: Value) -> Values:
        if isinstance(member, Function) and is_property(member):
            return returned(member, self)
        return (member,)
