"""Numbers of things in sentences."""

from __future__ import annotations


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return `number` with its noun: ``1 file``, ``2 files``.

    Args:
        number: How many.
        noun: Of one.
        plural: Of any other number, where that is not `noun` with an s.
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
