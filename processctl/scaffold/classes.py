"""Finds the class that people wrote for a contract, and which methods it already has or inherits."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

from processctl.errors import ProjectError
from processctl.scaffold.names import base_names, bindings
from processctl.scaffold.source import Source

# Bases that implement nothing a contract asks for.
_BARE = frozenset({"object", "ABC", "abc.ABC", "Generic", "Protocol", "typing.Generic", "typing.Protocol"})

FindModule = Callable[[str], Path | None]
"""Dotted module name -> its file among people's modules, None for a module of somebody else."""


@dataclass(frozen=True, slots=True)
class PeoplesModule:
    """One module of people's and its dotted name."""

    source: Source
    name: str

    def named(self, name: str) -> tuple[cst.ClassDef | None, str | None]:
        """Return the class called `name`, following `name = Other`, or the dotted name it is imported by.

        Raises:
            ProjectError: the module defines it more than once.
        """
        found = [binding for binding in bindings(self.source.module.body, self.name) if binding.name == name]
        classes = [binding.node for binding in found if isinstance(binding.node, cst.ClassDef)]
        if len(classes) > 1:
            lines = " and ".join(str(self.source.range(node).start.line) for node in classes)
            raise ProjectError(
                f"{self.source.path}:{lines.split()[0]}: class {name} is defined more than once "
                f"(lines {lines}): leave one, so that it is clear where methods go"
            )
        if classes:
            return classes[0], None
        for binding in reversed(found):
            if isinstance(binding.node, cst.Assign) and isinstance(binding.node.value, cst.Name):
                other = binding.node.value.value
                return self.named(other) if other != name else (None, None)
            if binding.origin is not None:
                return None, binding.origin
        return None, None

    def class_names(self) -> list[tuple[str, int]]:
        """Return every class of the module and its line."""
        return [
            (binding.name, self.source.range(binding.node).start.line)
            for binding in bindings(self.source.module.body, self.name)
            if isinstance(binding.node, cst.ClassDef)
        ]


@dataclass(slots=True)
class Inventory:
    """The methods that a class has, and the bases nobody could look into."""

    methods: set[str] = field(default_factory=set)
    opaque_bases: list[str] = field(default_factory=list)


def inventory(
    module: PeoplesModule, node: cst.ClassDef, ignored: AbstractSet[str], find: FindModule
) -> Inventory:
    """Return what `node` defines or inherits from people's own classes.

    Args:
        module: where `node` stands.
        node: the class.
        ignored: generated base classes, whose abstract methods are what is asked for.
        find: where people's modules are.
    """
    result = Inventory()
    seen: set[tuple[str, str]] = set()
    waiting = [(module, node)]
    while waiting:
        here, current = waiting.pop()
        if (here.name, current.name.value) in seen:
            continue
        seen.add((here.name, current.name.value))
        result.methods.update(binding.name for binding in bindings(current.body.body, here.name))
        for base in base_names(current):
            if base in _BARE or base.split(".")[-1] in ignored:
                continue
            found = _resolve(here, base, find)
            if found is None:
                result.opaque_bases.append(base or "an expression")
            else:
                waiting.append(found)
    return result


def _resolve(module: PeoplesModule, base: str, find: FindModule) -> tuple[PeoplesModule, cst.ClassDef] | None:
    """Return the class that `base` names in `module`, if people wrote it."""
    name, _, attribute = base.partition(".")
    node, origin = module.named(name)
    if node is not None:
        return module, node
    if origin is None:
        return None
    imported, _, original = f"{origin}.{attribute}".rstrip(".").rpartition(".")
    path = find(imported)
    if path is None:
        return None
    elsewhere = PeoplesModule(Source(path, path.read_bytes()), imported)
    return _resolve(elsewhere, original, find)
