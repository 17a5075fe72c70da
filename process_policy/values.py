"""What an expression can stand for, as far as the checker tells values apart."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from process_policy.scopes import Class, Function, Module, Scope

_MOST_VALUES = 12
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the checked files, by its qualified name: `time.time`, `builtins.open`."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A value of a type: an external one by name, or a class of the checked files.

    Attributes:
        type: The name of an external type, or the class.
        args: What a container holds: elements; keys and values; the parts of a tuple, each by itself.
        ordered: False for what was filled in the order of a set.
    """

    type: str | Class
    args: tuple[Values, ...] = ()
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Closure:
    """A lambda."""

    node: ast.Lambda
    scope: Scope
    """The scope that its body opens."""


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method of `owner`, called on an instance of `start`, or on the class itself."""

    owner: Class
    start: Class
    of_class: bool


Value = External | Instance | Function | Class | Module | Closure | Super
Values = tuple[Value, ...]
"""Everything that an expression can stand for; empty if nothing is known."""

SET = Instance("builtins.set")
KEYS = Instance("builtins.dict_keys")
ITEMS = Instance("builtins.dict_items")
PATH = Instance("pathlib.Path")

_DICTS = frozenset(
    {"builtins.dict", "collections.defaultdict", "collections.OrderedDict", "collections.Counter"}
)
_PAIRS = frozenset({"builtins.dict_items"})
CONCRETE = _DICTS | {
    f"builtins.{name}"
    for name in ("bool", "bytes", "dict_items", "dict_keys", "dict_values", "float", "int", "list", "set")
}
CONCRETE |= {"builtins.str", "builtins.tuple", "collections.deque"}
"""Types of which a value is that type and nothing else, for all that matters here."""


def join(groups: Iterable[Values]) -> Values:
    """Everything that any of several ways can give."""
    found: dict[Value, None] = {}
    for values in groups:
        found.update(dict.fromkeys(values))
    return tuple(found)[:_MOST_VALUES]


def instance(kind: str, *args: Values, ordered: bool = True) -> Instance:
    """A container with what it holds; what is nested too deeply is forgotten, so that types stay finite."""
    return Instance(kind, args if _depth(args) < _DEEPEST else (), ordered)


def _depth(args: tuple[Values, ...]) -> int:
    return 1 + max(
        (_depth(value.args) for values in args for value in values if isinstance(value, Instance)), default=0
    )


def is_set(value: Value) -> bool:
    """Whether a value is a set for certain."""
    return isinstance(value, Instance) and value.type == "builtins.set"


def follows_set(value: Value) -> bool:
    """Whether walking through a value goes in the order of a set."""
    return is_set(value) or (isinstance(value, Instance) and not value.ordered)


def is_dict(value: Value) -> bool:
    """Whether a value maps keys to values."""
    return isinstance(value, Instance) and value.type in _DICTS


def agreed(values: Values) -> Values:
    """Values of which it is not known when each is assigned: a set here and a list there is neither."""
    others = any(
        isinstance(value, Instance) and value.type in CONCRETE and not is_set(value) for value in values
    )
    return tuple(value for value in values if not is_set(value)) if others else values


def elements(values: Values) -> Values:
    """What a loop over any of the values binds."""
    return join(_elements(value) for value in values)


def _elements(value: Value) -> Values:
    if not isinstance(value, Instance) or not value.args:
        return ()
    if value.type in _PAIRS:
        return (instance("builtins.tuple", *value.args),)
    if value.type == "builtins.tuple":
        return join(value.args)
    return value.args[0]


def item(values: Values, index: int | None) -> Values:
    """What a subscript of any of the values gives; `index` is that of an unpacked or constant position."""
    return join(_item(value, index) for value in values)


def _item(value: Value, index: int | None) -> Values:
    if not isinstance(value, Instance) or not value.args:
        return ()
    if is_dict(value):
        return value.args[-1]
    if value.type == "builtins.tuple" and index is not None:
        return value.args[index] if -len(value.args) <= index < len(value.args) else ()
    return _elements(value)


def awaited(values: Values) -> Values:
    """What awaiting any of the values gives; a call of a library is taken for what it gives in the end."""
    return join(_awaited(value) for value in values)


def _awaited(value: Value) -> Values:
    if not isinstance(value, Instance) or isinstance(value.type, Class):
        return ()
    if value.type == "coroutine":
        return value.args[0] if value.args else ()
    return () if value.type.startswith(("builtins.", "asyncio.")) else (value,)


def coroutine(values: Values) -> Values:
    """Something that gives `values` when it is awaited."""
    return (instance("coroutine", values),) if values else ()


def unordered(values: Values) -> Values:
    """The values, filled in the order of a set."""
    return tuple(
        replace(value, ordered=False) if isinstance(value, Instance) and is_dict(value) else value
        for value in values
    )
