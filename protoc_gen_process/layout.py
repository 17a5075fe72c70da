"""The layout of generated source: import blocks, and brackets opened only where a line would be too long.

Templates write every bracket of variable length one element a line. What fits on one line is put there, so
that the result is what `ruff format` leaves alone and a person would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from protoc_gen_process.escape import LINE_LENGTH, Code
from protoc_gen_process.model import MessageType
from protoc_gen_process.naming import DottedName

IMPORTS_MARK: Final = Code("\0imports")
"""Stands in the import block that :func:`finish` sorts; no filter lets a control character through."""

_FROM: Final = re.compile(r"from (\S+) import (.+)")
_QUOTES: Final = '"""'
_NO_CALL: Final = re.compile(r"(^|[\s=,(])\($")
_DIGITS: Final = re.compile(r"(\d+)")


class ModuleNames:
    """The ``_pb2`` modules of one process and the name each has inside a generated file."""

    def __init__(self, modules: Iterable[str]) -> None:
        by_basename: dict[str, list[str]] = {}
        for module in sorted(set(modules)):
            by_basename.setdefault(module.rpartition(".")[2], []).append(module)
        self._names: dict[str, str] = {}
        for basename, same in by_basename.items():
            for module in same:
                self._names[module] = basename if len(same) == 1 else self._alias(module)

    def _alias(self, module: str) -> str:
        alias = module.replace(".", "_")
        while alias in self._names.values():
            alias += "_"
        return alias

    def statement(self, module: str) -> str:
        """Return the statement that imports `module`."""
        package, _, basename = module.rpartition(".")
        name = self._names[module]
        alias = "" if name == basename else f" as {name}"
        return f"from {package} import {basename}{alias}" if package else f"import {basename}{alias}"

    def name(self, module: str) -> str:
        """Return what generated code calls `module`."""
        return self._names[module]


class FileScope:
    """Collects the modules that one generated file uses while its template runs."""

    def __init__(self, names: ModuleNames) -> None:
        self._names = names
        self._used: set[str] = set()

    def attribute(self, module: DottedName, path: DottedName) -> Code:
        """Return the expression for `path` of `module`, and have the module imported."""
        self._used.add(module)
        return Code(f"{self._names.name(module)}.{path}")

    def type(self, message: MessageType) -> Code:
        """Return the expression for the class of `message`."""
        return self.attribute(message.module, message.path)

    def statements(self) -> list[str]:
        """Return the import statements of everything used so far."""
        return [self._names.statement(module) for module in self._used]


def finish(text: str, scope: FileScope, first_party: Collection[str], exempt: Sequence[str] = ()) -> str:
    """Return the template's output `text` with its imports sorted and its brackets closed where they fit.

    Args:
        text: What the template wrote.
        scope: The modules to import in the marked block.
        first_party: Top-level packages whose imports form the last section: the file's own and the human one.
        exempt: Lint rules that the file cannot keep.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.endswith(IMPORTS_MARK):
            first, last = _block_around(lines, number)
            indent = line[: -len(IMPORTS_MARK)]
            statements = [lines[i].strip() for i in range(first, last) if lines[i].strip() and i != number]
            lines[first:last] = _import_block(statements + scope.statements(), indent, first_party)
            break
    lines = _close_brackets(lines)
    # A name or a text of the contract may be longer than any line; one word alone is not counted.
    if any(len(line) > LINE_LENGTH and " " in line.strip() for line in lines):
        exempt = ["E501", *exempt]
    if exempt:
        header = next(number for number, line in enumerate(lines) if not line.startswith("#"))
        lines.insert(header, f"# ruff: noqa: {', '.join(exempt)}")
    return "\n".join(lines)


def _block_around(lines: Sequence[str], number: int) -> tuple[int, int]:
    def belongs(line: str) -> bool:
        return line.lstrip().startswith(("from ", "import ")) or not line.strip()

    first = last = number
    while belongs(lines[first - 1]):
        first -= 1
    while belongs(lines[last + 1]):
        last += 1
    while not lines[first].strip():
        first += 1
    while not lines[last].strip():
        last -= 1
    return first, last + 1


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts ``v2`` before ``v10``."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _DIGITS.split(name) if part]


def _member(name: str) -> tuple[int, list[tuple[int, int, str]]]:
    """Sort key of an imported name: constants, then classes, then the rest."""
    if name.isupper() and len(name) > 1:
        return 0, _natural(name)
    return 1 if name[0].isupper() else 2, _natural(name)


def _import_block(statements: Iterable[str], indent: str, first_party: Collection[str]) -> list[str]:
    sections: list[tuple[set[str], dict[str, set[str]]]] = [(set(), {}), (set(), {}), (set(), {})]
    for statement in statements:
        matched = _FROM.fullmatch(statement)
        module = matched[1] if matched else statement.split()[1]
        root = module.partition(".")[0]
        section = 2 if root in first_party else 0 if root in sys.stdlib_module_names else 1
        plain, members = sections[section]
        if matched is None:
            plain.add(statement)
        elif " as " in matched[2]:
            members.setdefault(f"{module} {matched[2]}", {matched[2]})
        else:
            members.setdefault(module, set()).update(matched[2].split(", "))
    lines: list[str] = []
    for plain, members in sections:
        block = sorted(plain)
        for module in sorted(members, key=lambda key: _natural(key.lower())):
            names = sorted(members[module], key=_member)
            block += _from_import(module.partition(" ")[0], names, indent)
        if lines and block:
            lines.append("")
        lines += [indent + line for line in block]
    return lines


def _from_import(module: str, names: Sequence[str], indent: str) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(indent) + len(line) <= LINE_LENGTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]


def _close_brackets(lines: Sequence[str]) -> list[str]:
    """Join each ``(`` or ``[`` that stands at a line's end with its elements if the result fits.

    Several calls stay one a line.
    """
    done: list[str] = []
    opened: list[int] = []
    in_docstring = False
    for line in lines:
        stripped = line.lstrip(" ")
        if in_docstring or stripped.startswith(_QUOTES):
            in_docstring = not (stripped.endswith(_QUOTES) and (in_docstring or len(stripped) > len(_QUOTES)))
        elif opened and stripped.startswith((")", "]")):
            start = opened.pop()
            joined = _join(done[start:], stripped)
            if joined is not None:
                done[start:] = [joined]
                continue
        elif stripped.endswith(("(", "[")) and not stripped.startswith("#"):
            opened.append(len(done))
        done.append(line)
    return done


def _join(lines: Sequence[str], end: str) -> str | None:
    start, *elements = lines
    if sum("(" in element for element in elements) > 1:
        return None
    inner = " ".join(element.strip() for element in elements)
    is_single = len(elements) == 1 and _NO_CALL.search(start) is not None
    if is_single and not inner.endswith(","):
        # Parentheses that only let a long expression have a line of its own.
        joined = start[:-1] + inner + end[1:]
    else:
        joined = start + (inner if is_single else inner.removesuffix(",")) + end
    return joined if len(joined) <= LINE_LENGTH else None
