"""What names a scope binds: how scaffold sees that a method or an import is there, however it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.helpers import get_absolute_module_for_import, get_full_name_for_node

from processctl.scaffold.source import Body, statements


@dataclass(frozen=True, slots=True)
class Binding:
    """A name, the node that binds it, and where it comes from if that is an import."""

    name: str
    node: cst.CSTNode
    origin: str | None = None
    """Dotted name of what an import binds the name to."""


def bindings(body: Body, module_name: str) -> Iterator[Binding]:
    """Yield every name that `body` binds by `def`, `class`, assignment or import, in order.

    Args:
        body: statements of a module or class.
        module_name: the dotted name of the module they stand in, from which relative imports count.
    """
    for node in statements(body):
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                yield Binding(node.name.value, node)
            case cst.Assign():
                for target in node.targets:
                    yield from _targets(target.target, node)
            case cst.AnnAssign(value=cst.BaseExpression()):
                yield from _targets(node.target, node)
            case cst.ImportFrom(names=[*aliases]):
                module = get_absolute_module_for_import(module_name, node)
                for alias in aliases:
                    name = alias.evaluated_name
                    yield Binding(alias.evaluated_alias or name, node, f"{module}.{name}")
            case cst.Import(names=aliases):
                for alias in aliases:
                    top = alias.evaluated_name.partition(".")[0]
                    origin = alias.evaluated_name if alias.evaluated_alias else top
                    yield Binding(alias.evaluated_alias or top, node, origin)


def _targets(target: cst.BaseExpression, node: cst.CSTNode) -> Iterator[Binding]:
    if isinstance(target, cst.Name):
        yield Binding(target.value, node)
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _targets(element.value, node)


def base_names(node: cst.ClassDef) -> list[str]:
    """Return the dotted names of the class's bases, without subscripts; `""` for an expression."""
    names = []
    for argument in node.bases:
        value = argument.value.value if isinstance(argument.value, cst.Subscript) else argument.value
        names.append(get_full_name_for_node(value) or "")
    return names
