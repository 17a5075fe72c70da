"""What the checker says: findings about the checked code, and errors that kept it from checking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class PolicyError(Exception):
    """The check could not be done: a missing or unreadable file, or no workflow where one is wanted.

    The message is meant for people and names the file, the trouble and the mend.
    """


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place where workflow code does what a replay would not repeat.

    Attributes:
        path: The file, as it was given.
        line: 1-based line.
        column: 1-based column.
        rule: Rule ID, a key of `process_policy.RULES`.
        message: What is wrong and what to use instead.
        function: Qualified name of the function that holds the place, e.g. `OrderFulfillment.run`.
        trace: The way from the workflow's entry to the place, ending with the thing found, e.g.
            `("OrderFulfillment.run", "build_report", "helpers.stamp", "time.time")`.
    """

    path: Path
    line: int
    column: int
    rule: str
    message: str
    function: str
    trace: tuple[str, ...]

    def to_json(self) -> dict[str, str | int | list[str]]:
        """The finding as plain data for a report."""
        return {
            "path": self.path.as_posix(),
            "line": self.line,
            "column": self.column,
            "rule": self.rule,
            "message": self.message,
            "function": self.function,
            "trace": list(self.trace),
        }

    @property
    def text(self) -> str:
        """The message with the way to the place."""
        return f"{self.message} ({' -> '.join(self.trace)})" if self.trace else self.message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.rule} {self.text}"
