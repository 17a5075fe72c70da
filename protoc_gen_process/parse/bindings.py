"""Logical names that deployment binds to brokers, and schedules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from protoc_gen_process import model
from protoc_gen_process.descriptors import Place
from protoc_gen_process.parse.cron import is_cron
from protoc_gen_process.parse.scope import Scope, enum_name
from protoc_gen_process.rules import activities as schedule_rules
from protoc_gen_process.rules import process as rules

_INGRESS, _PUBLISH, _SCHEDULES = 20, 21, 22  # field numbers of ProcessOptions
_NAME, _KIND, _CRON, _TIME_ZONE = 1, 2, 2, 6


def _named(scope: Scope, entries: Any, number: int, label: str) -> Iterator[tuple[Any, Place, str]]:
    """Each entry of a list with its place and name, names being checked."""
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        place = scope.at(number, i)
        name = scope.logical(entry, "name", place, label=f"{label}.name")
        if name is not None:
            scope.report.check(place.at(_NAME), rules.names_unique, f"{label}.name", name, frozenset(seen))
            seen.add(name)
        yield entry, place, name or ""


def _binding(scope: Scope, entry: Any, place: Place, label: str) -> tuple[str, str]:
    kind = entry.kind if entry.HasField("kind") else None
    scope.report.check(place.at(_KIND), rules.binding_kind, f"{label}.kind", kind)
    scope.report.check(place.at(_KIND), rules.no_address, f"{label}.kind", kind)
    return kind or "", scope.logical(entry, "binding_ref", place, label=f"{label}.binding_ref") or ""


def parse_subscriptions(scope: Scope) -> tuple[model.Subscription, ...]:
    """Read `ingress`."""
    return tuple(
        model.Subscription(name, *_binding(scope, entry, place, "ingress"))
        for entry, place, name in _named(scope, scope.options.ingress, _INGRESS, "ingress")
    )


def parse_streams(scope: Scope) -> tuple[model.Stream, ...]:
    """Read `publish`."""
    return tuple(
        model.Stream(name, *_binding(scope, entry, place, "publish"))
        for entry, place, name in _named(scope, scope.options.publish, _PUBLISH, "publish")
    )


def parse_schedules(scope: Scope) -> tuple[model.Schedule, ...]:
    """Read `schedules`."""
    return tuple(
        _schedule(scope, entry, place, name)
        for entry, place, name in _named(scope, scope.options.schedules, _SCHEDULES, "schedules")
    )


def _schedule(scope: Scope, entry: Any, place: Place, name: str) -> model.Schedule:
    check = scope.report.check
    has_cron, has_zone = entry.HasField("cron"), entry.HasField("time_zone")
    check(place, schedule_rules.schedule_one_spec, name, has_cron, entry.HasField("interval"))
    if has_cron:
        check(place.at(_CRON), schedule_rules.cron_valid, entry.cron, is_cron(entry.cron))
    if has_zone:
        from protoc_gen_process.timezones import NAMES  # noqa: PLC0415  most runs need no zone, and start-up counts

        check(place.at(_TIME_ZONE), schedule_rules.time_zone_known, entry.time_zone, entry.time_zone in NAMES)
        check(place.at(_TIME_ZONE), schedule_rules.time_zone_with_cron, has_cron)
    return model.Schedule(
        name=name,
        cron=entry.cron if has_cron else None,
        interval=scope.positive(entry, "interval", place),
        overlap=enum_name(entry, "overlap") or "SKIP",
        catchup_window=scope.positive(entry, "catchup_window", place),
        time_zone=entry.time_zone if has_zone else None,
    )
