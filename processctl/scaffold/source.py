"""One Python file that people own, read with libcst: where things stand in it, and what is put in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from processctl.errors import ProjectError

Body = Sequence[cst.BaseStatement | cst.BaseSmallStatement]
"""The statements of a module or of a suite."""

_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text to put in at `offset`, which counts characters."""

    offset: int
    text: str


_UNREADABLE = "syntax that this version of libcst does not read"


class Source:
    """A parsed file.

    Args:
        path: where it is, for messages.
        content: its bytes; the encoding is the one that Python would use.

    Raises:
        ProjectError: it is not Python that this version reads; the message names the line.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        try:
            module = cst.parse_module(content)
        except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError) as error:
            raise ProjectError(_syntax_problem(path, content, error)) from error
        self._wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._positions = self._wrapper.resolve(PositionProvider)
        self.module = module
        self.text = content.decode(module.encoding)
        self.lines = [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        # Below the last statement libcst may lose odd comments and form feeds; no position is there.
        last = self.range(module.body[-1]).end.line if module.body else 0
        if last and not module.code.startswith(self.text[: self.end_of_line(last)].rstrip()):
            raise ProjectError(f"{path}: {_UNREADABLE}")

    def range(self, node: cst.CSTNode) -> CodeRange:
        """Return where `node` stands; lines count from 1."""
        found = self._positions[node]
        assert isinstance(found, CodeRange)  # noqa: S101  what PositionProvider gives
        return found

    def end_of_line(self, line: int) -> int:
        """Return the offset behind the line's newline, or of the end of a last line without one."""
        return self.lines[line] if line < len(self.lines) else len(self.text)

    def line(self, number: int) -> str:
        """Return the line's text with its newline."""
        return self.text[self.lines[number - 1] : self.end_of_line(number)]

    @cached_property
    def newline(self) -> str:
        """The newline that most of the file uses."""
        found = _NEWLINE.findall(self.text)
        return max(found, key=found.count) if found else "\n"

    def behind_line(self, number: int, lines: Sequence[str]) -> Insertion:
        """Return the insertion of whole `lines` behind line `number`; 0 is the top of the file."""
        offset = self.end_of_line(number) if number else 0
        text = "".join(line + self.newline for line in lines)
        if offset and self.text[offset - 1] not in "\r\n":
            text = self.newline + text
        return Insertion(offset, text)

    def with_insertions(self, insertions: Sequence[Insertion]) -> bytes:
        """Return the file's bytes with every insertion made, and nothing else changed.

        Raises:
            ProjectError: the file's encoding has not every inserted character.
        """
        pieces: list[str] = []
        done = 0
        for insertion in sorted(insertions, key=lambda insertion: insertion.offset):
            pieces += self.text[done : insertion.offset], insertion.text
            done = insertion.offset
        pieces.append(self.text[done:])
        try:
            return "".join(pieces).encode(self.module.encoding)
        except UnicodeEncodeError as error:
            raise ProjectError(
                f"{self.path}: the contract's comments have characters that the file's encoding "
                f"({self.module.encoding}) has not: save the file as UTF-8"
            ) from error


def statements(body: Body) -> Iterator[cst.CSTNode]:
    """Yield each statement of a body and of its `if`, `try`, `with` and loops; not of functions, classes."""
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            yield from node.body
            continue
        yield node
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            continue
        for child in node.children:
            yield from _below(child)


def _below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.BaseSuite):
        yield from statements(node.body)
    elif isinstance(node, cst.Else | cst.Finally | cst.ExceptHandler | cst.If | cst.MatchCase):
        for child in node.children:
            yield from _below(child)


def _syntax_problem(path: Path, content: bytes, error: Exception) -> str:
    """Return a message with the line; Python's own parser says more precisely what is wrong than libcst's."""
    try:
        ast.parse(content)
    except SyntaxError as better:
        where, what = (better.lineno, better.offset), better.msg
    except ValueError as better:
        where, what = (None, None), str(better)
    else:
        where = (getattr(error, "raw_line", None), getattr(error, "raw_column", None))
        what = _UNREADABLE
    place = ":".join(str(part) for part in (path, *where) if part is not None)
    return f"{place}: {what}. Nothing was added to this file; mend it and run the command again."
