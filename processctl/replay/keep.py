"""Keeps downloaded histories in the repo: blanked, compressed, and shown to replay as they did before."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temporalio.client import WorkflowHistory

from process_runtime.testing.divergence import Divergence
from process_runtime.testing.recorded import HistoryFileError, history_bytes, history_files, read_history
from processctl.counts import count
from processctl.errors import ProjectError
from processctl.replay.blanking import Blanking
from processctl.replay.fresh import replay_afresh
from processctl.replay.job import Task
from processctl.repo import Repo

_HOSTILE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_DIGEST_CHARACTERS: Final = 12
_LONGEST_TYPE: Final = 80


class RefusedError(Exception):
    """A history is not kept; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with what was downloaded."""

    keep_payloads: bool = False
    """Change nothing."""
    keep_undecoded: bool = False
    """Keep payloads that nobody can look into as they are."""
    replace: bool = False
    """Replace what the repo has of the same run."""
    max_bytes: int = 1_000_000
    """Largest file."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A history that may be kept."""

    path: Path
    content: bytes
    original: WorkflowHistory
    values: int
    """How many of them were replaced."""
    is_there: bool
    """Whether the repo has it already."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where histories of one process are kept, and how."""

    folder: Path
    package: str
    """The generated one."""
    blanking: Blanking
    handling: Handling

    def there(self) -> dict[Path, WorkflowHistory]:
        """Return what the repo has.

        Raises:
            ProjectError: A file cannot be read.
        """
        try:
            return {path: read_history(path) for path in history_files(self.folder)}
        except HistoryFileError as error:
            raise ProjectError(str(error)) from None

    async def prepare(self, history: WorkflowHistory) -> Candidate:
        """Return what would be kept of `history`.

        Raises:
            RefusedError: It may not be kept.
        """
        blanked, values = history, 0
        if not self.handling.keep_payloads:
            found = await self.blanking.blank(history)
            if found.undecoded and not self.handling.keep_undecoded:
                raise RefusedError(
                    f"{found.undecoded[0]} ({len(found.undecoded)} such in all), so that nobody can say what "
                    "is sensitive in it: mend that, or keep them as they are with --keep-undecoded"
                )
            blanked, values = found.history, found.values
        content = history_bytes(blanked)
        if len(content) > self.handling.max_bytes:
            raise RefusedError(
                f"{len(content):,} bytes compressed, above --max-bytes {self.handling.max_bytes:,}"
            )
        for path, kept in self.there().items():
            if kept.run_id == history.run_id:
                is_same = list(kept.events) == list(blanked.events)
                if not is_same and not self.handling.replace:
                    raise RefusedError(
                        f"{path} has another history of this run, {len(kept.events)} events for "
                        f"{len(blanked.events)}: --replace writes this one over it"
                    )
                return Candidate(path, content, history, values, is_same)
        return Candidate(self.folder / file_name(blanked), content, history, values, is_there=False)


def file_name(history: WorkflowHistory) -> str:
    """Return the name of the file for a history: of its workflow type, workflow ID and run.

    The workflow ID is a digest: it may be anything, and as long as it likes.
    """
    started = history.events[0].workflow_execution_started_event_attributes
    kind = _HOSTILE.sub("_", started.workflow_type.name)[:_LONGEST_TYPE]
    digest = hashlib.sha256(history.workflow_id.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{kind}-{digest}-{_HOSTILE.sub('_', history.run_id)}.json.gz"


def keep(repo: Repo, package: str, candidates: Sequence[Candidate]) -> tuple[list[str], list[str]]:
    """Write those that blanking has not kept from replaying.

    Returns:
        What was kept and what was not, a line each.

    Raises:
        CouldNotRun: None can be replayed.
        ProjectError: One cannot be replayed.
    """
    if not candidates:
        return [], []
    kept: list[str] = []
    refused: list[str] = []
    replayed = _replayed(repo, package, candidates)
    for candidate, (before, after) in zip(candidates, replayed, strict=True):
        shown = repo.shown(candidate.path)
        if after is not None and before is None:
            refused.append(
                f"{shown}: not kept: it replays, and does not once its sensitive fields are blanked:\n"
                f"{after}\n  Workflow code decides by what they hold. --keep-payloads keeps them"
            )
            continue
        candidate.path.parent.mkdir(parents=True, exist_ok=True)
        candidate.path.write_bytes(candidate.content)
        values = f"{count(candidate.values, 'value')} blanked"
        kept.append(f"{shown}: {len(candidate.original.events)} events, {values}")
        if after is not None:
            kept.append(f"  today's code does not replay it, blanked or not: it differs{after.where}")
    return kept, refused


def _replayed(
    repo: Repo, package: str, candidates: Sequence[Candidate]
) -> list[tuple[Divergence | None, Divergence | None]]:
    """Replay each as it was and as it would be kept."""
    with tempfile.TemporaryDirectory(prefix="histories-") as name:
        folder = Path(name)
        files: list[Path] = []
        for number, candidate in enumerate(candidates):
            for content, kind in (
                (history_bytes(candidate.original), "before"),
                (candidate.content, "after"),
            ):
                path = folder / f"{number}-{kind}.json.gz"
                path.write_bytes(content)
                files.append(path)
        outcome = replay_afresh(repo, [Task(package, tuple(files))])
        if outcome.problems:
            raise ProjectError("\n".join(["nothing is kept that could not be replayed:", *outcome.problems]))
        found = {history.path: history.divergence for history in outcome.histories}
    return [
        (found[folder / f"{number}-before.json.gz"], found[folder / f"{number}-after.json.gz"])
        for number in range(len(candidates))
    ]
