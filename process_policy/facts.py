"""What calls and assignments elsewhere in reached code say about parameters, classes and containers."""

from __future__ import annotations

from dataclasses import dataclass, field

from process_policy.scopes import Binding, Class, Function, Parameter
from process_policy.values import Instance, Value, Values, join


@dataclass(slots=True)
class Facts:
    """Grows while code is walked; what has changed is walked again.

    Attributes:
        passed: Values that reached code passes to a parameter.
        fields: Values that reached code passes to, or sets on, an attribute of a class.
        made: For each class, the classes made in reached code that are it or derive from it.
        disordered: Names whose container is filled in the order of a set.
    """

    passed: dict[Parameter, Values] = field(default_factory=dict)
    fields: dict[tuple[Class, str], Values] = field(default_factory=dict)
    made: dict[Class, tuple[Class, ...]] = field(default_factory=dict)
    disordered: set[Binding] = field(default_factory=set)

    def pass_to(self, parameter: Parameter, values: Values) -> bool:
        """Note values of a parameter; says whether that is news."""
        before = self.passed.get(parameter, ())
        after = self.passed[parameter] = join([before, _telling(values)])
        return after != before

    def set_field(self, cls: Class, name: str, values: Values) -> bool:
        """Note values of an attribute; says whether that is news."""
        before = self.fields.get((cls, name), ())
        after = self.fields[cls, name] = join([before, _telling(values)])
        return after != before

    def make(self, cls: Class, ancestor: Class) -> bool:
        """Note that a class is made; says whether that is news."""
        before = self.made.get(ancestor, ())
        if cls in before:
            return False
        self.made[ancestor] = (*before, cls)
        return True


_PLAIN = frozenset({"builtins.bool", "builtins.bytes", "builtins.float", "builtins.int", "builtins.str"})


def _telling(values: Values) -> Values:
    return tuple(value for value in values if _is_telling(value))


def _is_telling(value: Value) -> bool:
    if isinstance(value, Instance):
        return value.type not in _PLAIN
    return not isinstance(value, Function) or value.owner is None
