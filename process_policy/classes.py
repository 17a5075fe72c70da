"""Base classes and members of the checked classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from process_policy.catalogue import SET_TYPES
from process_policy.scopes import Class, Function
from process_policy.values import SET, External, Values, agreed, join

if TYPE_CHECKING:
    from process_policy.resolve import Resolver


class Classes:
    """Looks up bases and members; each answer is computed once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._bases: dict[Class, list[External | Class]] = {}
        self._lineages: dict[Class, list[Class]] = {}

    def bases(self, cls: Class) -> list[External | Class]:
        """The base classes that can be told."""
        if cls not in self._bases:
            self._bases[cls] = []  # what a class that derives from itself sees
            found = join(
                self._resolver.values(_without_subscript(base), cls.outer) for base in cls.node.bases
            )
            self._bases[cls] = [base for base in found if isinstance(base, External | Class)]
        return self._bases[cls]

    def lineage(self, cls: Class) -> list[Class]:
        """`cls` and its bases among the checked files, in the order in which members are looked up."""
        if cls not in self._lineages:
            self._lineages[cls] = [cls]
            found: dict[Class, None] = {}
            for base in self.bases(cls):
                if isinstance(base, Class):
                    for candidate in self.lineage(base):
                        found.pop(candidate, None)  # a common base comes after all that derive from it
                        found[candidate] = None
            found.pop(cls, None)
            self._lineages[cls] = [cls, *found]
        return self._lineages[cls]

    def external_bases(self, cls: Class) -> list[External]:
        """The base classes outside the checked files, of `cls` and of its bases."""
        return [
            base
            for candidate in self.lineage(cls)
            for base in self.bases(candidate)
            if isinstance(base, External)
        ]

    def is_set(self, cls: Class) -> bool:
        """Whether `cls` derives from a set."""
        return any(base.name in SET_TYPES for base in self.external_bases(cls))

    def is_enum(self, cls: Class) -> bool:
        """Whether what is assigned in the body of `cls` becomes an object of it."""
        return any(base.name.startswith("enum.") for base in self.external_bases(cls))

    def member(self, cls: Class, name: str, after: Class | None = None) -> Values:
        """An attribute of a class or of its instances; `after` skips the classes up to it, as `super()` does.

        A name that the checked classes do not have is one of their bases elsewhere.
        """
        lineage = self.lineage(cls)
        if after in lineage:
            lineage = lineage[lineage.index(after) + 1 :]
        for candidate in lineage:
            values = self._own(candidate, name)
            if values is not None:
                return values
        fields = self._resolver.facts.fields.get((cls, name), ())
        if fields or name.startswith("__"):
            return fields
        bases = self.external_bases(cls)
        return join(self._resolver.attribute(base, name, cls.outer) for base in bases)

    def methods(self, cls: Class, name: str) -> list[Function]:
        """Every function that stands for `name` in the nearest class that has it, e.g. getter and setter."""
        for candidate in self.lineage(cls):
            if name in candidate.scope.bindings:
                bindings = candidate.scope.bindings[name]
                return [binding for binding in bindings if isinstance(binding, Function)]
        return []

    def _own(self, cls: Class, name: str) -> Values | None:
        resolver = self._resolver
        in_class, in_methods = cls.scope.bindings.get(name, []), cls.attributes.get(name, [])
        fields = resolver.facts.fields.get((cls, name), ())
        if not (in_class or in_methods or fields):
            return None
        found = [resolver.bound(in_class, cls.module), resolver.bound(in_methods, cls.module), fields]
        return agreed(join(found))

    def as_instance(self, cls: Class) -> Values:
        """What an object of `cls` is besides one of it."""
        return (SET,) if self.is_set(cls) else ()


def _without_subscript(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def is_property(function: Function) -> bool:
    """Whether reading the attribute calls the function."""
    return any(
        (decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", ""))
        in ("property", "cached_property", "abstractproperty")
        for decorator in function.node.decorator_list
    )
