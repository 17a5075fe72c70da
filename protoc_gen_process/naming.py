"""Proto names to Python names."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from typing import Self

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_IN_IDENTIFIER = re.compile(r"[^A-Za-z0-9_]")

# Top-level packages that generated code imports: a generated package of that name would hide them.
_IMPORTED_BY_GENERATED_CODE = frozenset(
    {
        "ameide_core_proto",
        "google",
        "process",
        "process_policy",
        "process_runtime",
        "processctl",
        "pytest",
        "temporalio",
    }
)
# Names of a generated workflow entry or client that no event or query may take: its own methods, and what the
# decorators and annotations of the methods after it mean.
RESERVED_METHODS = frozenset(
    {
        "activities",
        "cancel",
        "client",
        "contract",
        "describe",
        "handle",
        "int",
        "key",
        "phase",
        "property",
        "result",
        "run",
        "send",
        "start",
        "state",
        "str",
        "terminate",
        "unknown_event",
        "workflow",
    }
)
# The same of a generated class of activities, and of a key.
RESERVED_ACTIVITIES = frozenset({"abstractmethod"})
_RESERVED_ATTRIBUTES = frozenset({"int", "str"})
# What a generated module of activities defines beside a constant for each activity.
_RESERVED_CONSTANTS = frozenset({"ACTIVITY_OPTIONS"})
# Names that people's modules import beside their own class.
_RESERVED_CLASSES = frozenset({"EventMeta", "Process"})


class FieldName(str):
    """A proto field or oneof name: perhaps a Python keyword (`class`), or mangled in a class (`__x`)."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Accept `value` only if it has the shape of a proto identifier."""
        if not (value.isascii() and value.isidentifier()):
            raise ValueError(f"not a field name: {value!r}")
        return super().__new__(cls, value)

    @property
    def is_attribute(self) -> bool:
        """Whether `message.name` means this field everywhere in Python source."""
        return not keyword.iskeyword(self) and not self.startswith("__")

    def of(self, root: str) -> str:
        """Return the Python expression that reads this field of the expression `root`."""
        return f"{root}.{self}" if self.is_attribute else f'getattr({root}, "{self}")'


class Identifier(FieldName):
    """A name that is safe to write into Python source as it stands."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Accept `value` only if it is an ASCII Python identifier and no keyword."""
        if not (value.isascii() and value.isidentifier()) or keyword.iskeyword(value):
            raise ValueError(f"not a Python identifier: {value!r}")
        return str.__new__(cls, value)


class DottedName(str):
    """Identifiers joined by dots: a module, or an attribute path inside one."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Accept `value` only if each part is an :class:`Identifier`."""
        for part in value.split("."):
            Identifier(part)
        return super().__new__(cls, value)


def is_dotted_name(value: str) -> bool:
    """Whether :class:`DottedName` accepts `value`."""
    return value.isascii() and all(p.isidentifier() and not keyword.iskeyword(p) for p in value.split("."))


def pb2_module(proto_file: str) -> str:
    """Return the module that protoc writes for `proto_file`; not every one can be imported."""
    return proto_file.removesuffix(".proto").replace("-", "_").replace("/", ".") + "_pb2"


def pascal_case(process_name: str) -> str:
    """`order-fulfillment` -> `OrderFulfillment`."""
    return "".join(part[:1].upper() + part[1:] for part in process_name.split("-"))


def class_prefix(process_name: str) -> Identifier:
    """Return the prefix of a process's generated classes, which is the name of people's own class too."""
    name = pascal_case(process_name)
    if keyword.iskeyword(name) or hasattr(builtins, name) or name in _RESERVED_CLASSES:
        name += "Process"
    return Identifier(name)


def package_name(name: str, taken: frozenset[str]) -> Identifier:
    """Return the Python package of a process or worker group.

    Args:
        name: A process name, or a logical name, which may hold dots and capitals.
        taken: Top-level packages that the generated code imports besides the known ones.
    """
    package = _NOT_IN_IDENTIFIER.sub("_", name).lower()
    if not package[:1].isalpha():
        package = f"group_{package}"
    if (
        keyword.iskeyword(package)
        or hasattr(builtins, package)
        or package in sys.stdlib_module_names
        or package in _IMPORTED_BY_GENERATED_CODE
        or package in taken
    ):
        package += "_process"
    return Identifier(package)


def snake_case(name: str) -> str:
    """`CreateShipment`, `createShipment` -> `create_shipment`; the underscores around a name go."""
    return _WORD_START.sub("_", name).lower().strip("_")


def method_name(name: str, reserved: frozenset[str] = RESERVED_METHODS) -> Identifier:
    """Return the Python method for a proto field, message or rpc `name`."""
    method = snake_case(name)
    if not method.isidentifier():
        method = f"event_{method}"
    if keyword.iskeyword(method) or method in reserved:
        method += "_"
    return Identifier(method)


def constant_name(name: str) -> Identifier:
    """Return the constant for a proto field, message or rpc `name`: `ORDER_PLACED`."""
    constant = method_name(name, frozenset()).rstrip("_").upper()
    return Identifier(f"{constant}_" if constant in _RESERVED_CONSTANTS else constant)


def attribute_name(name: str) -> Identifier:
    """Return the attribute of a generated dataclass for a proto field `name`, the same if it can be."""
    attribute = name.lstrip("_")
    if not attribute.isidentifier():
        attribute = f"field_{attribute}"
    reserved = keyword.iskeyword(attribute) or attribute in _RESERVED_ATTRIBUTES
    return Identifier(attribute + "_" if reserved else attribute)
