"""What is missing in a module that people own, as insertions: existing text is never replaced or moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import libcst as cst

from processctl.errors import ProjectError
from processctl.scaffold.classes import FindModule, PeoplesModule, inventory
from processctl.scaffold.methods import Method
from processctl.scaffold.names import bindings
from processctl.scaffold.source import Insertion, Source

_INDENTED_COMMENT = re.compile(r"([ \t]+)#")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A class that the contract asks for in a module of people's."""

    class_name: str
    methods: tuple[Method, ...]
    generated_bases: AbstractSet[str]
    """Names of generated classes, which implement nothing themselves."""


@dataclass(frozen=True, slots=True)
class Additions:
    """The file after the insertions, the methods that were added, and what people should know."""

    content: bytes
    methods: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def add_missing(
    source: Source, module_name: str, wanted: Wanted, *, find: FindModule, line_length: int
) -> Additions:
    """Return the file with a stub for each method that `wanted.class_name` neither has nor inherits.

    Raises:
        ProjectError: the class is not there, stands there twice, or is written so that nothing can be added.
    """
    unchanged = source.with_insertions([])
    module = PeoplesModule(source, module_name)
    node, origin = module.named(wanted.class_name)
    if node is None and origin is not None:
        notice = f"{source.path}: {wanted.class_name} is {origin}; scaffold adds nothing there"
        return Additions(unchanged, notices=(notice,))
    if node is None:
        raise ProjectError(_class_missing(module, wanted.class_name))
    found = inventory(module, node, wanted.generated_bases, find)
    missing = [method for method in wanted.methods if method.name not in found.methods]
    if not missing:
        return Additions(unchanged)
    names = ", ".join(method.name for method in missing)
    line = source.range(node).start.line
    if found.opaque_bases:
        # A stub would hide a method that such a base may well have.
        bases = ", ".join(found.opaque_bases)
        notice = (
            f"{source.path}:{line}: {wanted.class_name} inherits from {bases}, which scaffold cannot look "
            f"into; if it has no {names}, write that yourself"
        )
        return Additions(unchanged, notices=(notice,))
    if not isinstance(node.body, cst.IndentedBlock):
        raise ProjectError(
            f"{source.path}:{line}: class {wanted.class_name} is written on one line: put its body on lines "
            f"of its own, so that {names} can follow"
        )
    imports, aliases = _imports(module, missing)
    stubs = [method.stub(aliases=aliases, line_length=line_length) for method in missing]
    insertions = [*_import_insertion(source, imports), _method_insertion(source, node, node.body, stubs)]
    return Additions(source.with_insertions(insertions), tuple(method.name for method in missing))


def _class_missing(module: PeoplesModule, class_name: str) -> str:
    path = module.source.path
    message = f"{path}: there is no class {class_name}, which generated code imports from here"
    others = module.class_names()
    if not others:
        return f"{message}: write it, or delete the file to have it made again"
    name, line = others[0]
    return f"{message}: name {name} (line {line}) so again, or add the line `{class_name} = {name}`"


def _imports(module: PeoplesModule, methods: Sequence[Method]) -> tuple[list[str], dict[str, str]]:
    """Return the import statements that stubs need, and what people's module calls the things they use."""
    bound = {binding.name: binding.origin for binding in bindings(module.source.module.body, module.name)}
    statements: list[str] = []
    aliases: dict[str, str] = {}
    for needed in dict.fromkeys(needed for method in methods for needed in method.imports):
        local = next((name for name, origin in bound.items() if origin == needed.origin), None)
        if local is None:
            local = needed.local
            while local in bound:
                local += "_"
            bound[local] = needed.origin
            statements.append(needed.statement(local))
        aliases[needed.local] = local
    return sorted(statements), aliases


def _import_insertion(source: Source, statements: Sequence[str]) -> list[Insertion]:
    if not statements:
        return []
    line = 0
    for node in source.module.body:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            break
        if isinstance(node, cst.SimpleStatementLine) and _belongs_on_top(node, first=line == 0):
            line = source.range(node).end.line
    if line:
        return [source.behind_line(line, statements)]
    # No docstring and no import: below a shebang, an encoding line and the comments they stand in.
    header = len(source.module.header)
    return [source.behind_line(header, [*statements, ""])]


def _belongs_on_top(node: cst.SimpleStatementLine, *, first: bool) -> bool:
    if isinstance(node.body[0], cst.Import | cst.ImportFrom):
        return True
    # The docstring.
    return first and isinstance(node.body[0], cst.Expr) and isinstance(node.body[0].value, cst.BaseString)


def _method_insertion(
    source: Source, node: cst.ClassDef, body: cst.IndentedBlock, stubs: Sequence[Sequence[str]]
) -> Insertion:
    first = source.line(source.range(body.body[0]).start.line)
    indent = first[: len(first) - len(first.lstrip(" \t\f"))].lstrip("\f")
    outer = source.line(source.range(node).start.line)
    unit = indent[len(outer) - len(outer.lstrip(" \t\f")) :] or indent
    lines: list[str] = []
    for stub in stubs:
        lines += ["", *(_indented(line, indent, unit) for line in stub)]
    return source.behind_line(_last_line(source, node, indent), lines)


def _indented(line: str, indent: str, unit: str) -> str:
    text = line.lstrip(" ")
    return indent + unit * ((len(line) - len(text)) // 4) + text


def _last_line(source: Source, node: cst.ClassDef, indent: str) -> int:
    """Return the last line of the class: its last statement's, or of a comment of the body below that."""
    last = line = source.range(node).end.line
    while line < len(source.lines):
        line += 1
        text = source.line(line)
        comment = _INDENTED_COMMENT.match(text)
        if comment and comment[1].startswith(indent):
            last = line
        elif text.strip():
            break
    return last
