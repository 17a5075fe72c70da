"""Numbers of things in sentences."""

from __future__ import annotations

import pytest

from processctl.counts import count


@pytest.mark.parametrize(
    ("number", "noun", "plural", "text"),
    [
        (1, "file", None, "1 file"),
        (0, "file", None, "0 files"),
        (2, "patch", "patches", "2 patches"),
        (1, "history", "histories", "1 history"),
        (3, "differs", "differ", "3 differ"),
    ],
)
def test_a_noun_fits_its_number(number: int, noun: str, plural: str | None, text: str) -> None:
    assert count(number, noun, plural) == text
