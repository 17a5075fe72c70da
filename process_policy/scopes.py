"""Names of one source file: which scope binds what, to what, without running anything.

Python's own `symtable` says which scope a name belongs to, but not what it was bound to; the checker needs
both.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A name that stands for a module or a member of one; `dotted` is absolute."""

    dotted: str


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A name bound to a value; both parts None for what cannot be seen (loop targets, `with … as`)."""

    value: ast.expr | None
    annotation: ast.expr | None
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """The first parameter of a method: `self` or `cls`."""

    owner: Class


@dataclass(slots=True, eq=False)
class Function:
    """A function or method of a checked file."""

    node: FunctionNode
    module: Module
    outer: Scope
    scope: Scope
    owner: Class | None

    @property
    def name(self) -> str:
        """Qualified inside the module, e.g. `OrderFulfillment.run`."""
        return f"{self.owner.name}.{self.node.name}" if self.owner else self.node.name


@dataclass(slots=True, eq=False)
class Class:
    """A class of a checked file."""

    node: ast.ClassDef
    module: Module
    outer: Scope
    scope: Scope
    attributes: dict[str, list[Assigned]] = field(default_factory=dict)
    """What methods assign to `self.<name>`."""

    @property
    def name(self) -> str:
        """As written in the source."""
        return self.node.name


Binding = Imported | Assigned | Receiver | Function | Class


@dataclass(slots=True, eq=False)
class Scope:
    """One scope of Python: a module, class, function, lambda or comprehension."""

    module: Module
    parent: Scope | None
    is_class: bool = False
    is_comprehension: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    """Modules whose names an `import *` binds here."""

    def bind(self, name: str, binding: Binding) -> None:
        """Record that `name` is bound here, or where `global` says."""
        if name in self.declared_global:
            self.module.scope.bindings.setdefault(name, []).append(binding)
        elif name not in self.declared_nonlocal:
            self.bindings.setdefault(name, []).append(binding)

    def may_bind(self, name: str) -> bool:
        """Whether `name` is bound here, or may be by a `*` import."""
        return name in self.bindings or bool(self.stars)

    def find(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope that binds `name` as seen from here, and its bindings; None if no scope does."""
        scope: Scope | None = self
        if name in self.declared_global:
            scope = self.module.scope
        while scope is not None:
            if name in scope.bindings and (scope is self or not scope.is_class):
                return scope, scope.bindings[name]
            scope = scope.parent
        return None


class Module:
    """One parsed file."""

    def __init__(self, path: Path, tree: ast.Module, source: str, location: str | None = None) -> None:
        self.path = path
        self.tree = tree
        self.source = source
        self.location = Path(location) if location else path.resolve()
        self.scope = Scope(self, None)
        self.classes: list[Class] = []
        self.scope_of: dict[ast.AST, Scope] = {}
        """The scope that a lambda or comprehension opens."""
        self.function_of: dict[ast.AST, Function] = {}
        self.class_of: dict[ast.AST, Class] = {}
        _Binder(self).visit(tree)

    @property
    def name(self) -> str:
        """The last part of the module's name."""
        return self.location.parent.name if self.location.stem == "__init__" else self.location.stem

    @property
    def package_folder(self) -> Path:
        """The folder that `from . import` means."""
        return self.location.parent


class _Binder(ast.NodeVisitor):
    """Fills the scopes of a module; every name that a statement binds is bound, so that shadowing is seen."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._scope = module.scope
        self._class: Class | None = None
        self._method: Function | None = None

    # Imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self._scope.bind(alias.asname or first, Imported(alias.name if alias.asname else first))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = "." * node.level + (node.module or "")
        separator = "" if base.endswith(".") else "."
        for alias in node.names:
            if alias.name == "*":
                self._scope.stars.append(base)
            else:
                self._scope.bind(alias.asname or alias.name, Imported(f"{base}{separator}{alias.name}"))

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: FunctionNode) -> None:
        owner = self._class if self._scope.is_class else None
        is_static = any(
            isinstance(part, ast.Name) and part.id == "staticmethod" for part in node.decorator_list
        )
        function = Function(node, self._module, self._scope, Scope(self._module, self._scope), owner)
        self._scope.bind(node.name, function)
        self._module.function_of[node] = function
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        outer_method, outer_class = self._method, self._class
        self._method, self._class = (function if owner else self._method), None
        self._enter(function.scope, node.args, node.body, receiver_of=None if is_static else owner)
        self._method, self._class = outer_method, outer_class

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        scope = self._module.scope_of[node] = Scope(self._module, self._scope)
        self._enter(scope, node.args, [node.body])

    def _enter(
        self,
        scope: Scope,
        arguments: ast.arguments,
        body: list[ast.stmt] | list[ast.expr],
        receiver_of: Class | None = None,
    ) -> None:
        outer, self._scope = self._scope, scope
        positional = [*arguments.posonlyargs, *arguments.args]
        for position, argument in enumerate((*positional, *arguments.kwonlyargs)):
            if receiver_of and positional and position == 0:
                scope.bind(argument.arg, Receiver(receiver_of))
            else:
                scope.bind(argument.arg, Assigned(None, argument.annotation, outer))
        for variadic in filter(None, (arguments.vararg, arguments.kwarg)):
            scope.bind(variadic.arg, Assigned(None, None, scope))
        for part in body:
            self.visit(part)
        self._scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        found = Class(node, self._module, self._scope, Scope(self._module, self._scope, is_class=True))
        self._scope.bind(node.name, found)
        self._module.classes.append(found)
        self._module.class_of[node] = found
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        outer_scope, outer_class = self._scope, self._class
        self._scope, self._class = found.scope, found
        for statement in node.body:
            self.visit(statement)
        self._scope, self._class = outer_scope, outer_class

    def _comprehension(self, node: ComprehensionNode) -> None:
        self.visit(node.generators[0].iter)  # evaluated outside
        outer = self._scope
        self._scope = self._module.scope_of[node] = Scope(self._module, outer, is_comprehension=True)
        for position, generator in enumerate(node.generators):
            self._bind_target(generator.target, None)
            for part in ([generator.iter] if position else []) + generator.ifs:
                self.visit(part)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    # Bindings

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.declared_global.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.declared_nonlocal.update(node.names)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._bind_target(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._bind_target(node.target, node.value, node.annotation)
        if node.value:
            self.visit(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        scope = self._scope
        while scope.is_comprehension and scope.parent:
            scope = scope.parent
        scope.bind(node.target.id, Assigned(node.value, None, scope))
        self.visit(node.value)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._bind_target(node.target, None)
        self.generic_visit(node)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars:
                self._bind_target(item.optional_vars, None)
        self.generic_visit(node)

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind_opaque(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._bind_opaque(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._bind_opaque(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind_opaque(node.rest)
        self.generic_visit(node)

    def _bind_opaque(self, name: str | None) -> None:
        if name:
            self._scope.bind(name, Assigned(None, None, self._scope))

    def _bind_target(
        self, target: ast.expr, value: ast.expr | None, annotation: ast.expr | None = None
    ) -> None:
        match target:
            case ast.Name(id=name):
                self._scope.bind(name, Assigned(value, annotation, self._scope))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if self._is_self(name):
                attributes = self._method.owner.attributes  # type: ignore[union-attr]  # _is_self made sure
                attributes.setdefault(attribute, []).append(Assigned(value, annotation, self._scope))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._bind_target(part, None)
            case ast.Starred(value=inner):
                self._bind_target(inner, None)

    def _is_self(self, name: str) -> bool:
        method = self._method
        if method is None or method.owner is None:
            return False
        arguments = [*method.node.args.posonlyargs, *method.node.args.args]
        return bool(arguments) and arguments[0].arg == name
