"""Every rule, for the documentation and for whoever names one."""

from __future__ import annotations

from types import ModuleType

from processctl.breaking.compare import activities, bindings, events, facts, identity, messages, starts
from processctl.breaking.rule import Rule
from processctl.breaking.versions import OTHER_CHANGE

_MODULES: tuple[ModuleType, ...] = (identity, events, starts, activities, facts, bindings, messages)

RULES: tuple[Rule, ...] = (
    *(value for module in _MODULES for value in vars(module).values() if isinstance(value, Rule)),
    OTHER_CHANGE,
)
"""In the order of the parts of a contract."""
