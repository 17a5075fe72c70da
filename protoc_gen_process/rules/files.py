"""PGP001 to PGP009: the run as a whole, whatever the option."""

from __future__ import annotations

from collections.abc import Iterable

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.naming import is_dotted_name
from protoc_gen_process.rules._rule import rule


@rule(1)
def plugin_option_known(name: str, known: Iterable[str]) -> str | None:
    """A plugin option is one that exists."""
    if name in known:
        return None
    return f"unknown option {quote(name)}; there are {', '.join(sorted(known))}"


@rule(2)
def plugin_option_once(name: str, seen: Iterable[str]) -> str | None:
    """A plugin option is given once."""
    return f"{name} is given twice; keep one" if name in seen else None


@rule(3)
def plugin_option_value(name: str, value: str | None, valid: bool, expected: str) -> str | None:
    """A plugin option has a value of its kind."""
    if valid:
        return None
    given = "has no value" if value is None else f"cannot be {quote(value)}"
    return f"{name} {given}; write {name}={expected}"


@rule(4)
def option_field_known(message: str, number: int, enum_field: str | None) -> str | None:
    """Our options hold no field and no enum value that this version of the plugin does not know."""
    if enum_field is not None:
        what = f"{message}.{enum_field} has a value that"
    else:
        what = f"field {number} of {message} is one that"
    return f"{what} this version of protoc-gen-process does not know; update the plugin, or remove it"


@rule(5)
def text_is_unicode(message: str, field: str, value: str | bytes) -> str | None:
    """Text in our options is valid UTF-8."""
    if isinstance(value, str):
        return None
    return f"{message}.{field} is {quote(value)}, which is not valid UTF-8; write it in UTF-8"


@rule(6)
def options_retained(file: str, process: str) -> str | None:
    """Every file that a process takes messages with options from is generated in the same run."""
    return (
        f"process {quote(process)} uses a message of {quote(file)}, which is not generated in this run, so "
        "protoc has removed its process options; generate both files together: name it on protoc's "
        "command line, or with buf set `strategy: all` (and `include_imports: true` for a file of another "
        "module)"
    )


@rule(7)
def module_importable(file: str, module: str) -> str | None:
    """Every message's file has a path that Python can import."""
    if is_dotted_name(module):
        return None
    return (
        f"Python cannot import {quote(module)}, which protoc makes of {quote(file)}; rename the parts of "
        "the path that are keywords or no identifiers"
    )


@rule(8)
def message_name_usable(name: str) -> str | None:
    """No message that a process uses has a Python keyword for a name."""
    if is_dotted_name(name):
        return None
    return f"message {quote(name)} has a Python keyword in its name, so no Python code can name it; rename it"


@rule(9)
def import_present(file: str, present: bool) -> str | None:
    """The input holds every file that its files import."""
    return None if present else f"imports {quote(file)}, which the input lacks; build it with its imports"
