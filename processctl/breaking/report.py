"""What a comparison found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from processctl.breaking.rule import Change, Class, Location
from processctl.breaking.versions import VersionError
from protoc_gen_process.diagnostics import escape

_HINT: Final = "What was seen to is acknowledged in pyproject.toml: docs/breaking.md of protoc-gen-process"


@dataclass(frozen=True, slots=True)
class ComparedProcess:
    """One process."""

    name: str
    before: tuple[int, int] | None
    """Its version at the other side; None if it was not there."""
    after: tuple[int, int] | None
    """Its version today; None if it is gone."""
    changes: tuple[Change, ...]
    """The worst first."""
    errors: tuple[VersionError, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome."""

    against: str
    processes: tuple[ComparedProcess, ...]
    notes: tuple[str, ...] = ()
    """What stops nothing and should be known all the same."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes."""
        return tuple(change for process in self.processes for change in process.changes)

    @property
    def errors(self) -> tuple[VersionError, ...]:
        """All versions that do not fit."""
        return tuple(error for process in self.processes for error in process.errors)

    @property
    def ok(self) -> bool:
        """Whether nothing has to stop."""
        return not self.errors and not any(change.is_open for change in self.changes)

    def as_json(self) -> str:
        """Return the report for programs, as docs/breaking.md describes it."""
        return json.dumps(
            {
                "against": self.against,
                "ok": self.ok,
                "processes": [
                    {"name": each.name, "before": _api(each.before), "after": _api(each.after)}
                    for each in self.processes
                ],
                "changes": [_change(change) for change in self.changes],
                "errors": [
                    {
                        "process": error.process,
                        "rule": error.rule,
                        "message": error.message,
                        **_place(error.location),
                    }
                    for error in self.errors
                ],
                "notes": list(self.notes),
            },
            indent=2,
        )

    def as_text(self) -> str:
        """Return the report for people: no line that could be taken for another's."""
        lines = [line for process in self.processes for line in _process_lines(process)]
        if any(change.is_open and change.kind is Class.NEEDS_PATCHING for change in self.changes):
            lines.append(_HINT)
        lines += [f"note: {escape(note)}" for note in self.notes]
        return "\n".join([*lines, self._summary()])

    def _summary(self) -> str:
        counts = [
            (kind.value, sum(change.kind is kind for change in self.changes)) for kind in reversed(Class)
        ]
        found = ", ".join(f"{name} {count}" for name, count in counts if count) or "no changes"
        stopping = sum(change.is_open for change in self.changes) + len(self.errors)
        verdict = "nothing has to stop" if self.ok else f"{stopping} to mend"
        return f"breaking: against {self.against}: {found}; {verdict}"


def _api(version: tuple[int, int] | None) -> str | None:
    return None if version is None else f"{version[0]}.{version[1]}"


def _place(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {"path": None, "line": None, "column": None}
    return {"path": location.path, "line": location.line, "column": location.column}


def _change(change: Change) -> dict[str, Any]:
    return {
        "process": change.process,
        "class": change.kind.value,
        "rule": change.rule,
        "subject": change.subject,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "mend": change.mend,
        "raises": change.rise.name.lower(),
        "accepted_by": change.accepted_by,
        **_place(change.location),
    }


def _process_lines(process: ComparedProcess) -> Iterator[str]:
    if not process.changes and not process.errors:
        return
    before, after = _api(process.before) or "not there", _api(process.after) or "not there"
    yield f"{process.name} {before} -> {after}"
    mended = ""
    for change in process.changes:
        accepted = f" (accepted: {escape(change.accepted_by)})" if change.accepted_by else ""
        what = f"{change.subject}{_difference(change)}"
        yield f"  {_at(change.location)}{change.kind.value}{accepted}: {change.rule}: {escape(what)}"
        yield f"      {change.reason}"
        if change.mend not in ("", mended) and not change.accepted_by:
            yield f"      Mend: {change.mend}."
            mended = change.mend
    for error in process.errors:
        yield f"  {_at(error.location)}error: {error.rule}: {error.message}"
    yield ""


def _at(location: Location | None) -> str:
    if location is None:
        return ""
    numbers = f"{location.line}:{location.column}: " if location.line else " "
    return f"{escape(location.path)}:{numbers}"


def _difference(change: Change) -> str:
    if change.before is None and change.after is None:
        return ""
    return f": {change.before or 'none'} -> {change.after or 'none'}"
