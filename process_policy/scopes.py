"""Names of one source file: which scope binds what, to what, without running anything.

Python's own `symtable` says which scope a name belongs to, but not what it was bound to; the checker needs
both.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Imported:
    """A name that stands for a module or a member of one; `dotted` is absolute."""

    dotted: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assigned:
    """A name bound to a value, or to a part of one; both None for what cannot be seen (`except … as`).

    Attributes:
        value: What is assigned, looped over or entered.
        annotation: What the name is declared to be.
        scope: Where both are evaluated.
        way: From the value to what is bound, step by step.
    """

    value: ast.expr | None
    annotation: ast.expr | None
    scope: Scope
    way: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parameter:
    """A parameter of a function or a lambda."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    outer: Scope
    """Where annotation and default are evaluated."""
    kind: Literal["plain", "args", "kwargs"] = "plain"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Receiver:
    """The first parameter of a method: `self`, or `cls` if `of_class`."""

    owner: Class
    of_class: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Narrowed:
    """A name after `isinstance(name, kind)` came out as `outcome`."""

    was: tuple[Binding, ...]
    kind: ast.expr
    scope: Scope
    outcome: bool


@dataclass(slots=True, eq=False, repr=False)
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


@dataclass(slots=True, eq=False, repr=False)
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


Binding = Imported | Assigned | Parameter | Receiver | Narrowed | Function | Class
Part = int | Literal["element", "enter", "aenter", "awaited"]
"""One step from a value to a part: its position, an element of a loop, what `with` enters."""


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """One scope of Python: a module, class, function, lambda or comprehension."""

    module: Module
    parent: Scope | None
    is_class: bool = False
    is_comprehension: bool = False
    node: ast.AST | None = None
    """The module, function or class that opens it, if its statements run one after another."""
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    """Modules whose names an `import *` binds here."""

    def bind(self, name: str, binding: Binding) -> None:
        """Record that `name` is bound here, or where `global` or `nonlocal` says."""
        scope: Scope | None = self
        if name in self.declared_global:
            scope = self.module.scope
        elif name in self.declared_nonlocal:
            scope = self.parent
            while scope is not None and (scope.is_class or name not in scope.bindings):
                scope = scope.parent
        if scope is not None:
            scope.bindings.setdefault(name, []).append(binding)

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
    """One parsed file; `bind` of `process_policy.binder` fills its scopes."""

    def __init__(self, path: Path, tree: ast.Module, source: str, location: str) -> None:
        self.path = path
        self.tree = tree
        self.source = source
        self.location = Path(location)
        self.scope = Scope(self, None, node=tree)
        self.classes: list[Class] = []
        self.scope_of: dict[ast.AST, Scope] = {}
        """The scope that a lambda or comprehension opens."""
        self.function_of: dict[ast.AST, Function] = {}
        self.class_of: dict[ast.AST, Class] = {}
        self.bound_by: dict[tuple[ast.AST, str], Binding] = {}
        """What a target, import, definition or pattern binds to a name."""
        self.registered: dict[str, list[Function]] = {}
        """Functions decorated with `@<name>.register…`, which calls of `<name>` may lead to."""
        self.filled: dict[str, list[Assigned]] = {}
        """What the module's statements put into a container of it: `HANDLERS["x"] = value`."""
        self.fillers: dict[str, set[Function]] = {}
        """Functions of the module that put something into a container of it."""

    @property
    def name(self) -> str:
        """The last part of the module's name."""
        return self.location.parent.name if self.location.stem == "__init__" else self.location.stem

    @property
    def package_folder(self) -> Path:
        """The folder that `from . import` means."""
        return self.location.parent

    def column(self, node: ast.expr | ast.stmt | ast.ExceptHandler) -> int:
        """The 1-based column in characters; the parser counts bytes."""
        if self.source.isascii():
            return node.col_offset + 1
        line = self.source.split("\n")[node.lineno - 1]
        return len(line.encode()[: node.col_offset].decode()) + 1
