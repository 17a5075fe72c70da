"""What workflow modules import, held against the project's list."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from process_policy.catalogue.topic import names
from process_policy.findings import Finding
from process_policy.rules import RULES
from process_policy.scopes import Module

PURE_STDLIB = frozenset(
    names("""
    __future__ abc array ast base64 binascii bisect builtins calendar cmath collections colorsys contextlib
    contextvars copy csv dataclasses datetime decimal difflib enum fnmatch fractions functools graphlib
    hashlib
    heapq hmac html io ipaddress itertools json keyword math numbers operator pprint re reprlib statistics
    string struct textwrap types typing typing_extensions unicodedata urllib.parse uuid zlib zoneinfo asyncio
    """)
)
"""Modules of the standard library that workflow code has a use for; other rules judge what it calls."""

ALWAYS_ALLOWED = (
    *sorted(PURE_STDLIB),
    *names("time random os.path pathlib.PurePath pathlib.PurePosixPath pathlib.PureWindowsPath"),
    *names("temporalio: workflow common exceptions\nprocess_runtime: workflow contract"),
    "google.protobuf",
    "*_pb2",
)
"""What every workflow module may import: the SDK's side for workflows, generated types, and what is pure.

`time` and `random` alone do no harm; what is called of them is judged by other rules.
"""


def check_imports(modules: Iterable[Module], allowed: Sequence[str]) -> Iterator[Finding]:
    """A finding for each import of the modules that the list does not allow.

    Args:
        modules: Those that hold workflow code.
        allowed: Besides `ALWAYS_ALLOWED`: module names, with all below them, and patterns such as `*_pb2`.

    Yields:
        Findings of IMP001.
    """
    for module in modules:
        for node, imported in _imports(module.tree):
            for name in imported:
                if not any(_allows(entry, part) for entry in (*ALWAYS_ALLOWED, *allowed) for part in name):
                    text = RULES["IMP001"].about(name[-1])
                    yield Finding(
                        module.path, node.lineno, module.column(node), "IMP001", text, "<module>", (name[-1],)
                    )


def _imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, list[tuple[str, ...]]]]:
    """Each import with its names; a name is what may be allowed: the module, or the member."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import(names=aliases):
                yield node, [(alias.name,) for alias in aliases]
            case ast.ImportFrom(module=str() as base, names=aliases, level=0) if base != "__future__":
                yield (
                    node,
                    [(f"{base}.{alias.name}", base) if alias.name != "*" else (base,) for alias in aliases],
                )
            case ast.If(test=test, orelse=orelse) if ast.unparse(test).endswith("TYPE_CHECKING"):
                for statement in orelse:
                    yield from _imports(ast.Module([statement], []))
            case _:
                yield from _imports(node)


def _allows(entry: str, name: str) -> bool:
    return name == entry or name.startswith(f"{entry}.") or fnmatchcase(name, entry)
