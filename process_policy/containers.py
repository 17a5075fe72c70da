"""What the built-in containers and the functions over them hold and give."""

from __future__ import annotations

from collections.abc import Sequence

from process_policy.values import (
    Instance,
    Values,
    elements,
    follows_set,
    instance,
    is_dict,
    is_set,
    item,
    join,
    unordered,
)

_LISTS = frozenset({"list", "sorted", "reversed", "iter", "tuple"})
_SET_METHODS = frozenset({"copy", "difference", "intersection", "symmetric_difference", "union"})
_DICT_CLASSES = {
    "builtins.dict": "builtins.dict",
    "collections.OrderedDict": "collections.OrderedDict",
    "types.MappingProxyType": "builtins.dict",
}


def made_by(name: str, arguments: Sequence[Values]) -> Values | None:  # noqa: PLR0911
    """What a function or class elsewhere makes of its arguments; None if that is not known."""
    first = arguments[0] if arguments else ()
    short = name.removeprefix("builtins.")
    if short in _LISTS:
        return (instance("builtins.list", elements(first)),)
    if short in ("set", "frozenset"):
        return (instance("builtins.set", elements(first)),)
    if name in _DICT_CLASSES:
        made = instance(_DICT_CLASSES[name], *_keys_and_values(first))
        return unordered((made,)) if any(map(follows_set, first)) else (made,)
    match short:
        case "dict.fromkeys" | "collections.OrderedDict.fromkeys":
            made = instance("builtins.dict", elements(first), arguments[1] if len(arguments) > 1 else ())
            return unordered((made,)) if any(map(follows_set, first)) else (made,)
        case "collections.defaultdict":
            return (instance(name, (), _of_factory(first)),)
        case "collections.deque":
            return (instance(name, elements(first)),)
        case "enumerate":
            pair = instance("builtins.tuple", (Instance("builtins.int"),), elements(first))
            return (instance("builtins.list", (pair,)),)
        case "zip":
            return (instance("builtins.list", (instance("builtins.tuple", *map(elements, arguments)),)),)
        case "filter" if len(arguments) > 1:
            return (instance("builtins.list", elements(arguments[1])),)
        case "next":
            return join([elements(first), *arguments[1:]])
        case "min" | "max":
            return elements(first) if len(arguments) == 1 else join(arguments)
        case "str" | "repr" | "len" | "int" | "float" | "bool":
            return (Instance(f"builtins.{'str' if short == 'repr' else 'int' if short == 'len' else short}"),)
    return None


def _of_factory(values: Values) -> Values:
    names = {getattr(value, "name", "") for value in values}
    return tuple(
        Instance(name.replace("frozenset", "set"))
        for name in ("builtins.dict", "builtins.list", "builtins.set", "builtins.frozenset")
        if name in names
    )


def _keys_and_values(values: Values) -> tuple[Values, Values]:
    dicts = tuple(value for value in values if is_dict(value))
    pairs = elements(tuple(value for value in values if not is_dict(value)))
    return join([elements(dicts), item(pairs, 0)]), join([item(dicts, None), item(pairs, 1)])


def method_of(owner: Instance, name: str, default: Values) -> Values:  # noqa: PLR0911
    """What a method of a built-in container gives."""
    if is_set(owner):
        if name == "pop":
            return elements((owner,))
        return (owner,) if name in _SET_METHODS else ()
    if is_dict(owner):
        keys, values = (owner.args[0], owner.args[-1]) if len(owner.args) == 2 else ((), ())
        match name:
            case "keys":
                return (instance("builtins.dict_keys", keys, ordered=owner.ordered),)
            case "values":
                return (instance("builtins.dict_values", values, ordered=owner.ordered),)
            case "items":
                return (instance("builtins.dict_items", keys, values, ordered=owner.ordered),)
            case "get" | "pop" | "setdefault":
                return join([values, default])
            case "popitem":
                return (instance("builtins.tuple", keys, values),)
            case "copy":
                return (owner,)
        return ()
    if owner.type in ("builtins.list", "collections.deque"):
        if name in ("pop", "popleft"):
            return elements((owner,))
        return (owner,) if name == "copy" else ()
    return ()
