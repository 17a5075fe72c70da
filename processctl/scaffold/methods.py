"""What a contract asks people to write: the abstract methods of a generated class, as stubs.

Stubs are read off the generated source, so their signatures are those of the base class by construction.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Mapping
from dataclasses import dataclass

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `from module import name as local`, or, without `module`, `import name as local`."""

    module: str | None
    name: str
    local: str

    @property
    def origin(self) -> str:
        """The dotted name of what `local` is bound to."""
        if self.module:
            return f"{self.module}.{self.name}"
        top = self.name.partition(".")[0]
        return top if self.local == top else self.name

    def statement(self, local: str | None = None) -> str:
        """Return the statement that binds `local`, by default the name the generated code uses."""
        local = local or self.local
        bound = self.name if self.module else self.name.partition(".")[0]
        suffix = f" as {local}" if local != bound else ""
        prefix = f"from {self.module} " if self.module else ""
        return f"{prefix}import {self.name}{suffix}"


@dataclass(frozen=True, slots=True)
class Method:
    """An abstract method, and what its signature needs imported."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    imports: tuple[Import, ...]

    def stub(self, *, aliases: Mapping[str, str], line_length: int) -> list[str]:
        """Return the lines of a method that raises `NotImplementedError`, not indented.

        Args:
            aliases: name in the signature -> name it has in the module the stub goes to.
            line_length: where the indented signature is broken into lines.
        """
        node = _Renamed(aliases).visit(copy.deepcopy(self.node))
        lines = _signature(node, line_length - len(_INDENT))
        summary = inspect.cleandoc(ast.get_docstring(self.node) or "").partition("\n")[0]
        if summary:
            lines.append(f"{_INDENT}{_docstring(summary)}")
        lines.append(f"{_INDENT}raise NotImplementedError")
        return lines


def abstract_methods(source: str, module_name: str, class_name: str) -> tuple[Method, ...]:
    """Return the abstract methods of `class_name` in the generated module `module_name`, in order.

    Raises:
        LookupError: the class is not there.
    """
    module = ast.parse(source)
    imports = _importable(module, module_name)
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            return tuple(_method(item, imports) for item in node.body if _is_abstract(item))
    raise LookupError(class_name)


def _is_abstract(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(ast.unparse(decorator).split(".")[-1] == "abstractmethod" for decorator in node.decorator_list)


def _method(node: ast.stmt, imports: Mapping[str, Import]) -> Method:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)  # noqa: S101  narrowed by _is_abstract
    annotations = [argument.annotation for argument in node.args.args + node.args.kwonlyargs]
    names = {
        part.id
        for annotation in [*annotations, node.returns]
        if annotation is not None
        for part in ast.walk(annotation)
        if isinstance(part, ast.Name)
    }
    needed = {imports[name].statement(): imports[name] for name in names if name in imports}
    return Method(node.name, node, tuple(needed[statement] for statement in sorted(needed)))


def _importable(module: ast.Module, module_name: str) -> dict[str, Import]:
    """Return how another module imports each name of this one: from where this one has it, else from here."""
    found: dict[str, Import] = {}
    for statement in module.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            found[statement.name] = Import(module_name, statement.name, statement.name)
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                local = alias.asname or alias.name
                found[local] = Import(node.module, alias.name, local)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                found[local] = Import(None, alias.name, local)
    return found


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef, width: int) -> list[str]:
    """Return the lines of the `def`, broken the way `ruff format` and `black` break them."""
    opening = f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}def {node.name}("
    closing = f"){f' -> {ast.unparse(node.returns)}' if node.returns else ''}:"
    arguments = ast.unparse(node.args)
    if len(opening + arguments + closing) <= width:
        return [opening + arguments + closing]
    if len(_INDENT + arguments) <= width:
        return [opening, _INDENT + arguments, closing]
    each = [ast.unparse(argument) for argument in node.args.args]
    return [opening, *(f"{_INDENT}{argument}," for argument in each), closing]


def _docstring(summary: str) -> str:
    escaped = summary.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped}"""' if not escaped.endswith('"') else f'"""{escaped[:-1]}\\""""'


class _Renamed(ast.NodeTransformer):
    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._aliases.get(node.id, node.id), node.ctx)
