"""The shape of a cron expression; Temporal's server does the scheduling."""

from __future__ import annotations

_MACROS = frozenset({"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: i for i, name in enumerate(_MONTHS, 1)}),
    (0, 7, {name: i for i, name in enumerate(_DAYS)}),  # 7 is Sunday too
)


def is_cron(text: str) -> bool:
    """Whether `text` is minute, hour, day of month, month and day of week, or a macro like `@daily`."""
    if text in _MACROS:
        return True
    fields = [field for field in text.split(" ") if field]
    return len(fields) == len(_FIELDS) and all(
        _is_item(item, *spec)
        for field, spec in zip(fields, _FIELDS, strict=True)
        for item in field.split(",")
    )


def _is_item(item: str, low: int, high: int, names: dict[str, int]) -> bool:
    """Whether `item` is `*`, `a` or `a-b`, perhaps followed by `/step`."""
    values, slash, step = item.partition("/")
    if slash and not (_number(step, {}) or 0) > 0:
        return False
    if values == "*":
        return True
    first, dash, last = values.partition("-")
    start = _number(first, names)
    end = _number(last, names) if dash else start
    return start is not None and end is not None and low <= start <= end <= high


def _number(text: str, names: dict[str, int]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    return names.get(text.lower())
