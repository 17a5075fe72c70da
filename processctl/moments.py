"""Times as people write them on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

_AGO: Final = re.compile(r"(\d{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str, option: str = "--since") -> datetime:
    """Return the time that `text` says: a point in time, or how long ago it was.

    Raises:
        typer.BadParameter: It says neither; the message names `option`.
    """
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{option}: {text!r}: write a time like 2026-11-03T10:00:00Z, or how long ago like 90m, 24h, 7d"
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
