"""What a check is told about the node that it looks at."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from process_policy.findings import Finding
from process_policy.resolve import Resolver
from process_policy.scopes import Assigned, Class, Function, Imported, Module, Scope
from process_policy.values import External, Value

Report = Callable[[Finding], None]


class Reached(Protocol):
    """The place that is visited: a function, the body of a class, or the value of a module's constant."""

    @property
    def place(self) -> object:
        """The function, class or assignment."""

    @property
    def module(self) -> Module:
        """The file it is in."""


class Site(Protocol):
    """A node in its place."""

    parents: list[ast.AST]
    """The nodes around it inside of the place, the nearest last."""
    guarded: bool
    """Whether the workflow is certain not to be replaying here."""

    @property
    def step(self) -> Reached:
        """The place."""

    @property
    def scope(self) -> Scope:
        """Where its names are looked up."""

    @property
    def resolver(self) -> Resolver:
        """Tells what expressions stand for."""

    def value(self, node: ast.expr | None) -> Value | None:
        """What an expression stands for; None if that cannot be told."""

    def report(
        self, node: ast.expr | ast.stmt | ast.ExceptHandler, rule: str, what: str, message: str | None = None
    ) -> None:
        """Add a finding; without a message it says what the rule says."""


def name_of(site: Site, node: ast.expr | None) -> str:
    """The qualified name of what is outside the checked files; empty for anything else."""
    value = site.value(node)
    return value.name if isinstance(value, External) else ""


def text_of(node: ast.expr | None) -> str | None:
    """A text that is written out, in one piece or in several."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = text_of(left), text_of(right)
            return None if one is None or other is None else one + other
    return None


def root_of(node: ast.expr) -> ast.expr:
    """`a` of `a.b[0].c`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The argument that is given by `name`."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def has_unknown_keywords(call: ast.Call) -> bool:
    """Whether the call has `**more`."""
    return any(word.arg is None for word in call.keywords)


def is_none(node: ast.expr | None) -> bool:
    """Whether it is `None`, written out."""
    return isinstance(node, ast.Constant) and node.value is None


@lru_cache(maxsize=2048)
def own_nodes(function: ast.AST) -> tuple[ast.AST, ...]:
    """What a function does itself: without functions, classes and lambdas that it defines."""
    found = []
    waiting = deque(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.popleft()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extendleft(reversed(list(ast.iter_child_nodes(node))))
    return tuple(found)


def is_imported(site: Site, node: ast.expr) -> bool:
    """Whether a function is called by its own name, and not by one that may add arguments."""
    root = root_of(node)
    found = site.scope.find(root.id) if isinstance(root, ast.Name) else None
    return found is not None and all(isinstance(binding, Imported) for binding in found[1])


def definition_of(site: Site, node: ast.expr | None) -> tuple[ast.expr | None, Scope]:
    """The expression that a name was once given as its only value, and where that is; else `node` itself."""
    if isinstance(node, ast.Name | ast.Attribute):
        constants = [constant for _, _, constant in site.resolver.constants(node, site.scope)]
        if isinstance(node, ast.Name) and not constants:
            found = site.scope.find(node.id)
            constants = [one for one in found[1] if isinstance(one, Assigned)] if found else []
            constants = constants if found and len(found[1]) == 1 else []
        if len(constants) == 1 and constants[0].value is not None:
            return constants[0].value, constants[0].scope
    return node, site.scope


def function_of(site: Site) -> Function | None:
    """The function that is visited."""
    place = site.step.place
    return place if isinstance(place, Function) else None


def inherits(resolver: Resolver, cls: Class) -> list[str]:
    """The names of all base classes outside the checked files."""
    return [
        base.name
        for candidate in resolver.lineage(cls)
        for base in resolver.bases(candidate)
        if isinstance(base, External)
    ]
