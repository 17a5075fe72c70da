"""What imports stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from process_policy.catalogue import rule_of_call, rule_of_reference
from process_policy.project import Project
from process_policy.scopes import Assigned, Class, Function, Imported, Module, Scope
from process_policy.values import External, Values, join

if TYPE_CHECKING:
    from process_policy.resolve import Resolver

_CALL = ast.Call(func=ast.Name(id="", ctx=ast.Load()), args=[], keywords=[])
_LONGEST_CHAIN = 10


class Imports:
    """Follows imports to the files of the project; each answer is computed once."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        self._project = project
        self._resolver = resolver
        self._known: dict[tuple[str, Module], Values] = {}

    def constants(
        self, node: ast.Name | ast.Attribute, scope: Scope
    ) -> Iterator[tuple[str, Module, Assigned]]:
        """The assignments of checked modules whose value `node` reads, with their names."""
        if isinstance(node, ast.Attribute):
            for owner in self._resolver.values(node.value, scope):
                if isinstance(owner, Module):
                    yield from self._assignments(owner, node.attr)
            return
        found = scope.find(node.id)
        if found is not None and found[0] is scope.module.scope:
            yield from self._assignments(scope.module, node.id)
        elif found is None:
            for star in scope.module.scope.stars:
                yield from self._assignments_of(f"{star}.{node.id}", scope.module)
        else:
            for binding in found[1]:
                if isinstance(binding, Imported):
                    yield from self._assignments_of(binding.dotted, scope.module)

    def _assignments(
        self, module: Module, name: str, depth: int = 0
    ) -> Iterator[tuple[str, Module, Assigned]]:
        for binding in module.scope.bindings.get(name, ()):
            if isinstance(binding, Assigned) and binding.value:
                yield name, module, binding
            elif isinstance(binding, Imported):
                yield from self._assignments_of(binding.dotted, module, depth + 1)
        if any(isinstance(binding, Assigned) for binding in module.scope.bindings.get(name, ())):
            for filled in module.filled.get(name, ()):
                yield name, module, filled

    def _assignments_of(
        self, dotted: str, importer: Module, depth: int = 0
    ) -> Iterator[tuple[str, Module, Assigned]]:
        place = self._project.find(dotted, importer) if depth < _LONGEST_CHAIN else None
        if place and len(place[1]) == 1:
            yield from self._assignments(place[0], place[1][0], depth)

    def starred(self, name: str, module: Module, depth: int = 0) -> Values:
        """What a name that only an `import *` can bind stands for."""
        for star in module.scope.stars:
            place = self._project.find(star, module)
            if place is None:
                full = f"{star}.{name}"
                if rule_of_reference(full) or rule_of_call(full, _CALL):
                    return (External(full),)
            elif not place[1] and depth < _LONGEST_CHAIN:
                bindings = place[0].scope.bindings.get(name)
                found = (
                    self._resolver.bound(bindings, place[0])
                    if bindings
                    else self.starred(name, place[0], depth + 1)
                )
                if found:
                    return found
        return ()

    def imported(self, dotted: str, importer: Module) -> Values:
        """What an imported name stands for, as seen from the module that imports it."""
        key = (dotted, importer)
        if key not in self._known:
            self._known[key] = ()  # two files may import one name from each other
            self._known[key] = self._find(dotted, importer)
        return self._known[key]

    def _find(self, dotted: str, importer: Module) -> Values:
        found = self._project.find(dotted, importer)
        if found is None:
            return () if dotted.startswith(".") else (External(dotted),)
        module, names = found
        values: Values = (module,)
        for name in names:
            values = join(self._resolver.attribute(value, name, module.scope) for value in values)
        return values

    def submodule(self, package: Module, name: str) -> Values:
        """What `name` of a package stands for that does not bind it."""
        is_package = package.location.stem == "__init__"
        inside = self.imported(f".{name}", package) if is_package else ()
        return inside or self.imported(f"{package.name}.{name}", package)

    def registered(self, name: str, module: Module) -> Iterator[Function | Class]:
        """What decorators put into the container `name` of `module`: `@register("kind") def handle(…)`."""
        decorators = module.fillers.get(name)
        if not decorators:
            return
        for other in self._project.loaded:
            definitions: list[Function | Class] = [*other.function_of.values(), *other.classes]
            for found in definitions:
                for decorator in found.node.decorator_list:
                    plain = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if decorators.intersection(self._resolver.values(plain, found.outer)):
                        yield found
