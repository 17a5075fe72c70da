"""What became of the histories of a repo when they were replayed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from process_runtime.testing.divergence import Divergence
from processctl.counts import count
from processctl.errors import EXIT_FOUND, EXIT_NOT_RUN

_MEND = (
    "A change that running executions must not notice goes behind a patch, or is taken back: "
    "docs/versioning.md of protoc-gen-process"
)


@dataclass(frozen=True, kw_only=True)
class ReplayedHistory:
    """One history."""

    process: str
    path: Path
    workflow_id: str
    run_id: str
    events: int
    divergence: Divergence | None
    """Where it parts from today's code; None if it replays."""


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """All histories of a repo."""

    root: Path
    """Of the repo."""
    histories: tuple[ReplayedHistory, ...]
    problems: tuple[str, ...]
    """What could not be replayed, and why; one message each."""

    @property
    def diverged(self) -> tuple[ReplayedHistory, ...]:
        """Those that do not replay."""
        return tuple(history for history in self.histories if history.divergence is not None)

    @property
    def exit_code(self) -> int:
        """0 if all replay, 1 if one does not, 2 if one could not be replayed."""
        if self.problems:
            return EXIT_NOT_RUN
        return EXIT_FOUND if self.diverged else 0

    def as_json(self) -> str:
        """Return it for programs."""
        histories = [self._told(history) for history in self.histories]
        return json.dumps({"histories": histories, "problems": self.problems}, indent=2)

    def as_text(self) -> Iterator[str]:
        """Say it for people, line by line."""
        for history in self.histories:
            found = history.divergence
            if found is None:
                yield f"{self._shown(history.path)}: replays, {history.events} events"
            else:
                yield f"{self._shown(history.path)}: differs{found.where}"
                yield from found.lines(self._shown)
        differing = len(self.diverged)
        all_of_them = count(len(self.histories), "history", "histories")
        if differing:
            yield f"{all_of_them}, {count(differing, 'differs', 'differ')}"
            yield _MEND
        else:
            yield f"{all_of_them}, all replay" if self.histories else "no histories"

    def _told(self, history: ReplayedHistory) -> dict[str, Any]:
        found = history.divergence
        divergence: dict[str, Any] | None = None
        if found is not None:
            stack = [
                asdict(place) | {"path": self._shown(place.path), "source": place.source}
                for place in found.stack
            ]
            divergence = asdict(found) | {"near": stack[0] if stack else None, "stack": stack}
        return {
            "process": history.process,
            "path": self._shown(history.path),
            "workflow_id": history.workflow_id,
            "run_id": history.run_id,
            "events": history.events,
            "replays": found is None,
            "divergence": divergence,
        }

    def _shown(self, path: Path | str) -> str:
        """`path` as messages write it: from the repo's root, if it is in it."""
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return str(path)
