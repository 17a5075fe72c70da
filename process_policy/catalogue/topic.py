"""How a topic of the catalogue is written down."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Told = Callable[[ast.Call], bool]
"""Whether a call is told what it would else ask the host for."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Names of one subject, by the rule they break.

    Attributes:
        references: Functions and values that count wherever they are mentioned: passing `time.time` on
        references: is as
            bad as a call.
        calls: Functions and classes that count when they are called or handed on; a mention in a type or an
            `isinstance` does not.
        libraries: Modules and classes whose every call counts.
        harmless: Names, with all below them, that do not count although they are part of a library.
        told: Calls that are pure when they are told the time, the seed, the file.
        when_told: The rule that a call breaks even then.
        aliases: Other names of the same thing.
    """

    references: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()
    told: Mapping[str, Told] = field(default_factory=dict)
    when_told: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


def names(text: str) -> Iterator[str]:
    """The qualified names in lines of `prefix: name name …`, or of names alone."""
    for line in text.splitlines():
        prefix, colon, rest = line.partition(":")
        for name in (rest if colon else line).split():
            yield f"{prefix.strip()}.{name}" if colon else name


def by_rule(**texts: str) -> dict[str, str]:
    """The names of each text with the rule they break: `by_rule(DET001="time: time time_ns")`."""
    return {name: rule for rule, text in texts.items() for name in names(text)}


def told_by(position: int, *keywords: str) -> Told:
    """The call is told by its argument at `position` or by a keyword; `None` tells nothing, `*` may tell."""

    def is_told(call: ast.Call) -> bool:
        by_name = [word.value for word in call.keywords if word.arg is None or word.arg in keywords]
        by_place = [*call.args[position : position + 1], *filter(_is_starred, call.args[:position])]
        return any(not _is_none(value) for value in (*by_name, *by_place))

    return is_told


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_starred(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)
