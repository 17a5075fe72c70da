"""What is wrong with an input: one line each, all of a run together."""

from __future__ import annotations

from typing import NamedTuple

MAX_QUOTED = 80


def escape(text: str | bytes) -> str:
    """Return `text` with everything that could break a line or hide in one written as an escape."""
    if isinstance(text, bytes):  # upb hands out proto2 strings that are not UTF-8 as bytes
        text = text.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quote(text: str | bytes) -> str:
    """Return `text` from the input in double quotes, escaped and cut at 80 characters."""
    escaped = escape(text[:MAX_QUOTED]).replace('"', '\\"')
    if len(text) > MAX_QUOTED or len(escaped) > MAX_QUOTED:
        escaped = escaped[: MAX_QUOTED - 1] + "…"
    return f'"{escaped}"'


class Location(NamedTuple):
    """A place in a proto file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


class Diagnostic(NamedTuple):
    """One error."""

    location: Location | None
    """None: a plugin option."""
    rule: str
    """`PGPnnn`, a row of docs/rules.md."""
    text: str

    def __str__(self) -> str:
        """Return the line that the user reads."""
        if self.location is None:
            return f"plugin option: {self.rule} {self.text}"
        at = self.location
        return f"{escape(at.file)}:{at.line}:{at.column}: {self.rule} {self.text}"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Plugin options first, then by file and line."""
        at = self.location or Location("", 0, 0)
        return (at.file, at.line, at.column, self.rule, self.text)
