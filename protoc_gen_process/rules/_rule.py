"""What a rule is, and where broken ones are collected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, ParamSpec

from protoc_gen_process.descriptors import Place
from protoc_gen_process.diagnostics import MAX_QUOTED, Diagnostic, escape

P = ParamSpec("P")
_ENDLESS = re.compile(rf"\S{{{MAX_QUOTED + 10},}}")

CATALOGUE: dict[str, Rule[...]] = {}
"""Every rule by its ID."""


class Rule(Generic[P]):
    """A named check: called with what it judges, it returns what is wrong and how to mend it, or None."""

    def __init__(self, number: int, check: Callable[P, str | None]) -> None:
        self.id = f"PGP{number:03}"
        self.check = check
        self.summary = (check.__doc__ or "").strip()
        if self.id in CATALOGUE:
            raise ValueError(f"two rules have the ID {self.id}")
        CATALOGUE[self.id] = self


def rule(number: int) -> Callable[[Callable[P, str | None]], Rule[P]]:
    """Make a rule of a function; its docstring is the rule's row in docs/rules.md."""
    return lambda check: Rule(number, check)


class Report:
    """Collects every diagnostic of a run."""

    def __init__(self) -> None:
        self._found: set[Diagnostic] = set()

    def check(self, place: Place | None, broken: Rule[P], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Judge by one rule; if broken, note it at `place` (None: a plugin option) and return False."""
        text = broken.check(*args, **kwargs)
        if text is not None:
            # Quoted text is cut already; a name without end, which needs no quotes, is cut here.
            text = _ENDLESS.sub(lambda word: f"{word[0][:MAX_QUOTED]}…", escape(text))
            self._found.add(Diagnostic(place.location if place else None, broken.id, text))
        return text is None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """In order of file and line."""
        return tuple(sorted(self._found, key=lambda d: d.sort_key))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)
