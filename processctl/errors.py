"""What commands raise for a mistake that a person can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

EXIT_PROBLEM = 1
"""The repo, a contract or a tool stands in the way; the message says which and how to mend it."""

EXIT_FOUND = 1
"""Of a gate: it found what has to stop."""

EXIT_NOT_RUN = 2
"""Of a gate: it could not look."""


class ProjectError(Exception):
    """A mistake of the repo or its surroundings: what, where, how to mend. Ends with `exit_code`."""

    exit_code: ClassVar[int] = EXIT_PROBLEM


class CouldNotRun(ProjectError):  # noqa: N818  it says what became of the command
    """A gate could not look, which is told apart from what it finds: that is exit code 1."""

    exit_code: ClassVar[int] = EXIT_NOT_RUN


@contextmanager
def needed_by_a_gate(what: str = "") -> Iterator[None]:
    """Take a mistake in the block for one that keeps a gate from looking.

    Args:
        what: Said before a mistake that does not say so itself.

    Raises:
        CouldNotRun: There was one.
    """
    try:
        yield
    except CouldNotRun:
        raise
    except ProjectError as error:
        raise CouldNotRun(f"{what}{error}") from error
