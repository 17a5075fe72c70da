"""What settings are made of: how the environment writes them, and the error that names bad ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

__all__ = [
    "ALL_INTERFACES",
    "Amount",
    "Bounds",
    "BoundsSetting",
    "ConfigError",
    "Count",
    "Duration",
    "ListenAddress",
    "ListenSetting",
    "PositiveDuration",
    "Priorities",
    "Rate",
    "Share",
    "UnknownEvents",
    "Weights",
]


class ConfigError(Exception):
    """The configuration cannot work. Carries every problem found, so that one restart mends them all.

    Attributes:
        problems: One line each: the setting's name, what is wrong, how to mend it. Never a value.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ListenAddress(NamedTuple):
    """Where the HTTP server listens; port 0 takes any free one."""

    host: str
    port: int

    @property
    def is_ipv6(self) -> bool:
        """Whether `host` is an IPv6 literal."""
        return ":" in self.host


class Bounds(NamedTuple):
    """How many there are of something at once: never fewer, never more. Equal numbers are a fixed count."""

    minimum: int
    maximum: int


ALL_INTERFACES: Final = "0.0.0.0"  # noqa: S104  (a container's health port is probed from outside)

_LISTEN: Final = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]\s]+):)?(?P<port>\d{1,5})")
_BOUNDS: Final = re.compile(r"(?P<minimum>\d{1,7})(?:\.\.(?P<maximum>\d{1,7}))?")
_DURATION: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h)?")
_MOST: Final = 1_000_000
_LEAST_WEIGHT, _MOST_WEIGHT = 0.001, 1000  # Temporal takes others for the nearer of these
_UNIT_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def _parse_listen(value: object) -> object:
    if isinstance(value, ListenAddress):
        return value
    match = _LISTEN.fullmatch(str(value))
    if match is None or int(match["port"]) > 65535:
        raise ValueError("write a port such as 8080, or host:port such as 127.0.0.1:8080 or [::1]:8080")
    return ListenAddress((match["host"] or ALL_INTERFACES).strip("[]"), int(match["port"]))


def _parse_bounds(value: object) -> object:
    if isinstance(value, Bounds):
        return value
    match = _BOUNDS.fullmatch(str(value))
    if match is not None:
        bounds = Bounds(int(match["minimum"]), int(match["maximum"] or match["minimum"]))
        if 1 <= bounds.minimum <= bounds.maximum <= _MOST:
            return bounds
    raise ValueError(f"write a number such as 5, or a range such as 2..50, of 1 to {_MOST}")


def _parse_priorities(value: object) -> object:
    if not isinstance(value, str):
        return value
    priorities: dict[str, int] = {}
    for part in value.split(","):
        process, _, number = part.strip().rpartition("=")
        if process in priorities or not re.fullmatch("[1-5]", number):
            raise ValueError("write a number of 1 to 5, or process=number with commas between, each once")
        priorities[process] = int(number)
    return priorities


def _parse_weights(value: object) -> object:
    if not isinstance(value, str):
        return value
    weights: dict[str, float] = {}
    for part in value.split(","):
        name, _, number = part.strip().rpartition("=")
        if not name or name in weights or not re.fullmatch(r"\d{1,4}(\.\d+)?", number):
            raise ValueError("write value=number with commas between, each once")
        weights[name] = float(number)
        if not _LEAST_WEIGHT <= weights[name] <= _MOST_WEIGHT:
            raise ValueError(f"write numbers of {_LEAST_WEIGHT} to {_MOST_WEIGHT}")
    return weights


def _parse_duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError("write a duration such as 30s, 500ms, 2m or 1h")
    try:
        return timedelta(seconds=float(match["number"]) * _UNIT_SECONDS[match["unit"] or "s"])
    except OverflowError:
        raise ValueError("write a duration of at most one day") from None


Duration = Annotated[
    timedelta, BeforeValidator(_parse_duration), Field(ge=timedelta(0), le=timedelta(days=1))
]
"""A time span written as ``30s``, ``500ms``, ``2m`` or ``1h``; a bare number counts seconds."""

PositiveDuration = Annotated[Duration, Field(ge=timedelta(milliseconds=1))]
"""The same, at least 1 ms."""

Count = Annotated[int, Field(ge=1, le=_MOST)]
"""At least one."""

Amount = Annotated[int, Field(ge=0, le=_MOST)]
"""The same, or none."""

Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
"""Above 0 up to 1."""

Rate = Annotated[float, Field(gt=0, le=_MOST, allow_inf_nan=False)]
"""So many in a second."""

ListenSetting = Annotated[ListenAddress, NoDecode, BeforeValidator(_parse_listen)]
"""``8080``, or ``127.0.0.1:8080``."""

BoundsSetting = Annotated[Bounds, NoDecode, BeforeValidator(_parse_bounds)]
"""``5``, or ``2..50``."""

Priorities = Annotated[dict[str, int], NoDecode, BeforeValidator(_parse_priorities)]
"""``4, quote-approval=2``: priority by process, that of all others under no name."""

UnknownEvents = Literal["dead-letter", "retry", "ignore"]
"""What becomes of an event whose type nobody here knows."""

Weights = Annotated[dict[str, float], NoDecode, BeforeValidator(_parse_weights)]
"""``acme=5, trial=0.2``."""
