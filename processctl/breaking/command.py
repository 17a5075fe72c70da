"""`processctl breaking`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import typer

from processctl.breaking import wire
from processctl.breaking.acknowledged import read_acknowledgements
from processctl.breaking.against import read_against
from processctl.breaking.compare.processes import Pair, compare_pair, pair
from processctl.breaking.image import build
from processctl.breaking.patched import patched_attributes
from processctl.breaking.read import read
from processctl.breaking.report import ComparedProcess, Report
from processctl.breaking.rule import Change
from processctl.breaking.shown import Shown
from processctl.breaking.versions import (
    Acknowledgement,
    accept,
    judge,
    may_be_acknowledged,
    other_change,
)
from processctl.errors import EXIT_FOUND, CouldNotRun, needed_by_a_gate
from processctl.repo import Repo

_EMPTY: Final = "holds no protos of this folder, so every process is new; if it moved, name it: REF:FOLDER"


def run(directory: Path, against: str, *, json_format: bool = False) -> None:
    """Compare the contracts of the repo that `directory` is in, and print what changed.

    Args:
        directory: A folder of the repo.
        against: A git revision, a folder or an image.
        json_format: Print JSON.

    Raises:
        CouldNotRun: One of the two sides cannot be read.
        typer.Exit: Something has to stop.
    """
    report = compare(directory, against)
    typer.echo(report.as_json() if json_format else report.as_text())
    if not report.ok:
        raise typer.Exit(EXIT_FOUND)


def compare(directory: Path, against: str) -> Report:
    """Return what changed between the contracts of a repo as they are and as they were.

    Args:
        directory: A folder of today's repo.
        against: A git revision, a folder or an image.

    Raises:
        CouldNotRun: One of the two sides cannot be read.
    """
    with needed_by_a_gate():
        repo = Repo.find(directory)
    with needed_by_a_gate(f"{repo.root}: today's contracts cannot be read:\n"):
        new = read(build(repo, repo.root))
    acknowledgements = read_acknowledgements(repo.root)
    other = read_against(repo, against)
    with needed_by_a_gate(f"{other.label}: its contracts cannot be read:\n"):
        old = read(other.files)
    pairs = pair(old.contracts, new.contracts)
    if not pairs:
        raise CouldNotRun(f"{repo.root}: neither today's protos nor {other.label} hold a process to compare")
    is_comparable = any(both.old and both.new for both in pairs)
    findings = wire.find(repo, old.files, new.files) if is_comparable else []
    shown = Shown(repo, new.places)
    seen_to = [*acknowledgements, *patched_attributes(repo, [both.name for both in pairs])]
    processes = tuple(
        _compare(both, wire.changes_of(findings, both, new.places), shown, seen_to) for both in pairs
    )
    notes = [f"{other.label} {_EMPTY}"] if other.is_empty else []
    used = {name for both in pairs for contract in both if contract for name in contract.messages}
    left_out = sum(not wire.types_of(finding, new.places) & used for finding in findings)
    if left_out:
        notes.append(f"left out, as no contract uses the message: {left_out} of buf's findings")
    notes += _unused(acknowledgements, [change for process in processes for change in process.changes])
    return Report(other.label, processes, tuple(notes))


def _compare(
    both: Pair, on_the_wire: Iterable[Change], shown: Shown, acknowledgements: Sequence[Acknowledgement]
) -> ComparedProcess:
    changes = [*on_the_wire, *compare_pair(both)]
    if not changes and (other := other_change(both)):
        changes.append(other)
    changes.sort(key=lambda change: change.kind.severity, reverse=True)
    accepted = accept(both, changes, acknowledgements)
    return ComparedProcess(
        name=both.name,
        before=both.old and both.old.api,
        after=both.new and both.new.api,
        changes=tuple(shown.change(change, both) for change in accepted),
        errors=tuple(shown.error(error, both) for error in judge(both, changes)),
    )


def _unused(acknowledgements: Sequence[Acknowledgement], changes: Sequence[Change]) -> Iterator[str]:
    """Say which entries accept nothing: they would accept the same change when it is made another time."""
    for each in acknowledgements:
        about = f"{each.rule} of {each.process}, {each.subject}"
        fitting = [change for change in changes if each.fits(change)]
        if not fitting:
            yield f"pyproject.toml acknowledges {about}, which is no change any more: remove it"
        elif not any(map(may_be_acknowledged, fitting)):
            yield f"pyproject.toml acknowledges {about}, which only a risen api_major accepts"
