"""Typed plugin options: what stands after `opt:` in buf.gen.yaml or in `--process_opt`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from protoc_gen_process.naming import DottedName, is_dotted_name
from protoc_gen_process.rules import Report, files

_IMPL_PACKAGE: Final = DottedName("processes")
_MESSAGES: Final = "protobuf"
_KINDS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "impl_package": (is_dotted_name, "a.python.package"),
    "messages": (lambda value: value == _MESSAGES, _MESSAGES),
}


class PluginOptions(NamedTuple):
    """The plugin's options."""

    impl_package: DottedName = _IMPL_PACKAGE
    """Python package of the human modules."""
    messages: str = _MESSAGES
    """Which generator's Python messages the code stands on."""


def parse_options(parameter: str, report: Report) -> PluginOptions:
    """Read `CodeGeneratorRequest.parameter`: `key=value` joined by commas.

    Args:
        parameter: The text from protoc or buf; empty for none.
        report: Takes a diagnostic for every unknown, repeated or malformed option.
    """
    values: dict[str, str] = {}
    for item in filter(None, (item.strip() for item in parameter.split(","))):
        name, equals, value = (part.strip() for part in item.partition("="))
        given = value if equals else None
        if not report.check(None, files.plugin_option_known, name, _KINDS):
            continue
        valid, expected = _KINDS[name]
        ok = report.check(
            None, files.plugin_option_value, name, given, given is not None and valid(given), expected
        )
        if report.check(None, files.plugin_option_once, name, values) and ok:
            values[name] = value
    return PluginOptions(
        impl_package=DottedName(values.get("impl_package", _IMPL_PACKAGE)),
        messages=values.get("messages", _MESSAGES),
    )
