"""`# policy: ignore[DET003] reason`: exceptions that a reader can judge."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from process_policy.findings import Finding
from process_policy.rules import RULES
from process_policy.scopes import Module

_COMMENT = re.compile(r"#\s*policy:\s*ignore\b(?:\[(?P<rules>[^\]]*)\])?(?P<reason>.*)", re.DOTALL)


@dataclass(slots=True)
class _Ignore:
    line: int
    column: int
    covers: int
    """The line of code it stands for: its own, or the next one for a comment on a line of its own."""
    rules: frozenset[str]
    used: set[str] = field(default_factory=set)


def apply_ignores(
    modules: Iterable[Module], findings: Iterable[Finding], *, judged: Collection[Module]
) -> list[Finding]:
    """The findings that no comment excepts, plus one for every comment that is wrong or excepts nothing.

    Only comments of the `judged` modules are found wrong or unused: of others not every use is known.
    """
    left = list(findings)
    for module in modules:
        if "policy:" not in module.source:
            continue
        ignores, wrong = _read(module)
        left = [finding for finding in left if not _is_ignored(finding, module, ignores)]
        if module not in judged:
            continue
        left += wrong
        left += [
            _comment_finding(module, ignore, "POL002", rule)
            for ignore in ignores
            for rule in sorted(ignore.rules - ignore.used)
        ]
    return left


def _is_ignored(finding: Finding, module: Module, ignores: list[_Ignore]) -> bool:
    if finding.path != module.path:
        return False
    hits = [ignore for ignore in ignores if ignore.covers == finding.line and finding.rule in ignore.rules]
    for ignore in hits:
        ignore.used.add(finding.rule)
    return bool(hits)


def _read(module: Module) -> tuple[list[_Ignore], list[Finding]]:
    ignores, wrong = [], []
    for token, covers in _comments(module.source):
        match = _COMMENT.match(token.string)
        if match is None:
            continue
        rules = frozenset(filter(None, (name.strip() for name in (match["rules"] or "").split(","))))
        ignore = _Ignore(token.start[0], token.start[1] + 1, covers, rules)
        unknown = sorted(rules - RULES.keys())
        if not rules or unknown or not match["reason"].strip():
            trouble = (
                f"unknown rule {', '.join(unknown)}" if unknown else "no rule" if not rules else "no reason"
            )
            wrong.append(_comment_finding(module, ignore, "POL001", trouble))
        else:
            ignores.append(ignore)
    return ignores, wrong


def _comments(source: str) -> Iterator[tuple[tokenize.TokenInfo, int]]:
    """Each comment with the line of code it belongs to."""
    waiting: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.line[: token.start[1]].strip():
                yield token, token.start[0]
            else:
                waiting.append(token)
        elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            for comment in waiting:
                yield comment, token.start[0]
            waiting.clear()


def _comment_finding(module: Module, ignore: _Ignore, rule: str, detail: str) -> Finding:
    text = f"{RULES[rule].title} ({detail}); {RULES[rule].mend}"
    return Finding(module.path, ignore.line, ignore.column, rule, text, "<comment>", ())
