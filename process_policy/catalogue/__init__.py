"""What workflow code must not touch: qualified names of the standard library and known libraries, by rule.

A method is named by its class: `pathlib.Path.read_text`. All that the SDK's sandbox restricts
(`SandboxRestrictions.invalid_module_members_default`) is here, and what it cannot restrict besides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from process_policy.catalogue.clocks import CLOCKS
from process_policy.catalogue.files import FILES
from process_policy.catalogue.host import HOST
from process_policy.catalogue.interpreter import INTERPRETER
from process_policy.catalogue.network import NETWORK
from process_policy.catalogue.processes import PROCESSES
from process_policy.catalogue.randomness import RANDOMNESS
from process_policy.catalogue.topic import Told
from process_policy.catalogue.types import RETURNS, SET_TYPES

__all__ = [
    "RETURNS",
    "SET_TYPES",
    "TOPICS",
    "rule_of_call",
    "rule_of_handover",
    "rule_of_reference",
    "rule_of_use",
]

TOPICS = (CLOCKS, RANDOMNESS, HOST, FILES, NETWORK, PROCESSES, INTERPRETER)
_REFERENCES: Mapping[str, str] = {name: rule for topic in TOPICS for name, rule in topic.references.items()}
_CALLS: Mapping[str, str] = {name: rule for topic in TOPICS for name, rule in topic.calls.items()}
_LIBRARIES: Mapping[str, str] = {name: rule for topic in TOPICS for name, rule in topic.libraries.items()}
_HARMLESS = frozenset[str]().union(*(topic.harmless for topic in TOPICS))
_TOLD: Mapping[str, Told] = {name: told for topic in TOPICS for name, told in topic.told.items()}
_WHEN_TOLD: Mapping[str, str] = {name: rule for topic in TOPICS for name, rule in topic.when_told.items()}
_ALIASES: Mapping[str, str] = {name: other for topic in TOPICS for name, other in topic.aliases.items()}
_HARMLESS_ENDINGS = ("Error", "Exception", "Warning")


@cache
def rule_of_reference(name: str) -> str | None:
    """The rule that a mention of `name` breaks, whether or not it is called.

    `os.environ.get` is a mention of `os.environ`.
    """
    return next((_REFERENCES[part] for part in _prefixes(_canonical(name)) if part in _REFERENCES), None)


def rule_of_call(name: str, call: ast.Call) -> str | None:
    """The rule that the call of `name` breaks beyond what its mention does, or None."""
    canonical = _canonical(name)
    told = _TOLD.get(canonical)
    if told and told(call):
        return _WHEN_TOLD.get(canonical)
    return _rule_beyond_mention(name)


@cache
def rule_of_handover(name: str) -> str | None:
    """The rule that handing the function `name` on breaks, as in `partial(subprocess.run, …)`, or None.

    Classes and modules are handed on for other ends than to be called.
    """
    canonical = _canonical(name)
    is_function = canonical.rpartition(".")[2][:1].islower() and canonical not in _LIBRARIES
    return _rule_beyond_mention(name) if is_function and canonical not in _TOLD else None


@cache
def rule_of_use(name: str) -> str | None:
    """The rule that any use of `name` breaks: a mention, or else a call without arguments."""
    return rule_of_reference(name) or _rule_beyond_mention(name)


@cache
def _rule_beyond_mention(name: str) -> str | None:
    canonical = _canonical(name)
    if canonical in _CALLS:
        return _CALLS[canonical]
    if rule_of_reference(name) or canonical.endswith(_HARMLESS_ENDINGS):
        return None
    for part in _prefixes(canonical):
        if part in _HARMLESS:
            return None
        if part in _LIBRARIES:
            return _LIBRARIES[part]
    return None


@cache
def _canonical(name: str) -> str:
    for part in _prefixes(name):
        if part in _ALIASES:
            return _canonical(_ALIASES[part] + name[len(part) :])
    return name


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))
