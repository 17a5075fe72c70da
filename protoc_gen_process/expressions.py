"""Filters that write Python expressions about messages and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jinja2 import pass_context
from jinja2.runtime import Context

from protoc_gen_process.escape import LINE_LENGTH, Code, literal
from protoc_gen_process.layout import FileScope
from protoc_gen_process.model import FieldPath, FieldType, KeyField, MessageType
from protoc_gen_process.naming import DottedName, FieldName, Identifier

SCOPE: Final = "scope"
"""Template variable that holds the file's :class:`~protoc_gen_process.layout.FileScope`."""

_PARAMETER_INDENT: Final = 8


def name(value: str) -> Identifier:
    """Return `value`, the name of an enum member of the model, as an identifier."""
    return Identifier(value)


def attribute_type(value: str) -> Identifier:
    """Return the maker of a search attribute key of this type."""
    return Identifier("for_float" if value == "DOUBLE" else f"for_{value.lower()}")


def constant(value: Identifier) -> Identifier:
    """Return `value` in capitals."""
    return Identifier(value.upper())


def get(path: FieldPath, root: str) -> Code:
    """Return the expression that reads `path` below the variable `root`."""
    return Code(path.of(Identifier(root)))


def has(path: FieldPath, root: str) -> Code:
    """Return the condition that the last field of `path` is set."""
    parent = FieldPath(path.names[:-1]).of(Identifier(root))
    return Code(f"{parent}.HasField({literal(path.names[-1])})")


def field_of(field: FieldName, root: str) -> Code:
    """Return the expression for `field` of the variable `root`."""
    return Code(field.of(Identifier(root)))


def assign(field: FieldName, root: str, value: Code | int) -> Code:
    """Return the statement that assigns the expression `value` to `field` of the variable `root`."""
    if not isinstance(value, Code | int):
        raise TypeError(f"not an expression: {value!r:.80}")
    if field.is_attribute:
        return Code(f"{Identifier(root)}.{field} = {value}")
    return Code(f"setattr({Identifier(root)}, {literal(field)}, {value})")


def _scope(context: Context) -> FileScope:
    scope: FileScope = context[SCOPE]
    return scope


@pass_context
def type_(context: Context, message: MessageType) -> Code:
    """Return the expression for the class of `message`; its module is imported."""
    return _scope(context).type(message)


@pass_context
def type_or_none(context: Context, message: MessageType | None) -> Code:
    """Return the annotation for `message`, or for nothing."""
    return Code("None") if message is None else _scope(context).type(message)


@pass_context
def union(context: Context, messages: Sequence[MessageType], column: int) -> Code:
    """Return the annotation for any of `messages`, which stands in `column` of a parameter's own line."""
    types = [_scope(context).type(message) for message in messages]
    annotation = " | ".join(types)
    if column + len(annotation) < LINE_LENGTH:
        return Code(annotation)
    return Code(f"\n{' ' * _PARAMETER_INDENT}| ".join(types))


@pass_context
def key_value(context: Context, field: KeyField, path: FieldPath, root: str) -> Code:
    """Return the expression for the value of the key field `field` at `path`; an enum's is its name."""
    value = get(path, root)
    if field.type is not FieldType.ENUM:
        return value
    if field.enum_module is None or field.enum_path is None:
        raise TypeError(f"enum key {field.name} names no enum")
    return Code(f"{_scope(context).attribute(field.enum_module, DottedName(field.enum_path))}.Name({value})")


FILTERS: Final = {
    "name": name,
    "attribute_type": attribute_type,
    "constant": constant,
    "get": get,
    "has": has,
    "field_of": field_of,
    "assign": assign,
    "type": type_,
    "type_or_none": type_or_none,
    "union": union,
    "key_value": key_value,
}
