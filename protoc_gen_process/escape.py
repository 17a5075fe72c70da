"""What may reach generated source: names that are safe as they stand, and text that a filter has escaped.

A plain ``str`` never does: :func:`refuse_plain_text` is the environment's ``finalize``, so that the text of
an option or a comment cannot become code, whatever a template forgets.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jinja2 import Undefined

from protoc_gen_process.naming import DottedName, Identifier

LINE_LENGTH: Final = 110

_SAFE_TYPES: Final = frozenset({int, Identifier, DottedName})
_TYPOGRAPHY: Final = str.maketrans(
    {
        "\\": "/",
        '"': "'",
        "`": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": "'",
        "\N{RIGHT DOUBLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{MINUS SIGN}": "-",
    }
)
_UNITS: Final = ("days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
_UNIT_SPANS: Final = tuple(timedelta(**{unit: 1}) for unit in _UNITS)


class Code(str):
    """Python source that a filter of this module has written."""

    __slots__ = ()


def refuse_plain_text(value: object) -> object:
    """Let only safe values into the output.

    Raises:
        TypeError: `value` is text that no filter has escaped: a mistake in a template.
        jinja2.UndefinedError: `value` is undefined.
    """
    if isinstance(value, Code) or type(value) in _SAFE_TYPES:
        return value
    if isinstance(value, Undefined):
        return str(value)
    raise TypeError(f"a template writes {type(value).__name__} {value!r:.80} without an escaping filter")


def literal(value: object) -> Code:
    """Return a Python literal of `value`, laid out as `ruff format` would.

    Raises:
        TypeError: there is no literal for a value of this type.
    """
    if isinstance(value, str):
        return Code(_string(value))
    if isinstance(value, timedelta):
        return Code(_timedelta(value))
    if value is None or isinstance(value, bool | int | float):
        return Code(repr(value))
    if isinstance(value, tuple):
        items = ", ".join(literal(item) for item in value)
        return Code(f"({items},)" if len(value) == 1 else f"({items})")
    raise TypeError(f"no literal for {type(value).__name__}")


def _string(value: str) -> str:
    quote = "'" if value.count('"') > value.count("'") else '"'
    # ascii() leaves no control, invisible or look-alike character; its choice of quotes is undone.
    body = ascii(f"{value}\"'")[1:-1].removesuffix("\"\\'").replace("\\'", "'")
    return quote + body.replace(quote, f"\\{quote}") + quote


def _timedelta(value: timedelta) -> str:
    if not value:
        return "timedelta(0)"
    for unit, span in zip(_UNITS, _UNIT_SPANS, strict=True):
        count, rest = divmod(value, span)
        if not rest:
            return f"timedelta({unit}={count})"
    raise AssertionError("a timedelta is a whole number of microseconds")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def doc(text: str) -> Code:
    """Return `text` as one line that is safe inside a docstring: no quote, backslash or control character."""
    return Code(" ".join(_printable(text).translate(_TYPOGRAPHY).split()))


def details(text: str, indent: int) -> Code:
    """Return `text` as what follows the first line of a docstring: nothing, or paragraphs and the last line.

    Args:
        text: Free text, its paragraphs divided by empty lines.
        indent: The docstring's indentation in columns.
    """
    if not text:
        return Code()
    import textwrap  # noqa: PLC0415  (few contracts need it, and start-up time is precious)

    margin = " " * indent
    paragraphs = [
        textwrap.fill(doc(part), LINE_LENGTH, initial_indent=margin, subsequent_indent=margin)
        for part in text.split("\n\n")
        if doc(part)
    ]
    return Code("".join(f"\n\n{paragraph}" for paragraph in paragraphs) + f"\n{margin}" * bool(paragraphs))


def comment(text: str) -> Code:
    """Return `text` as one line that is safe in a comment."""
    return Code(" ".join(_printable(text).split()))
