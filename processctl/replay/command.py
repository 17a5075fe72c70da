"""`processctl replay`."""

from __future__ import annotations

from pathlib import Path

import typer

from processctl.errors import needed_by_a_gate
from processctl.generated import generated_packages
from processctl.replay.fresh import replay_afresh
from processctl.replay.job import Task
from processctl.replay.report import ReplayReport
from processctl.repo import Repo


def replay_histories(repo: Repo) -> ReplayReport:
    """Replay every history in `repo` on its code as it is now.

    Raises:
        CouldNotRun: Nothing can be replayed.
    """
    with needed_by_a_gate():
        outcome = replay_afresh(repo, [Task(package) for package in generated_packages(repo)])
    return ReplayReport(repo.root, tuple(outcome.histories), tuple(outcome.problems))


def run(directory: Path, *, json_format: bool = False) -> None:
    """Replay, print, and end the command with the exit code of the report.

    Args:
        directory: A folder of the repo.
        json_format: Print JSON.

    Raises:
        CouldNotRun: Nothing can be replayed.
        typer.Exit: Always, with the exit code.
    """
    with needed_by_a_gate():
        repo = Repo.find(directory)
    report = replay_histories(repo)
    for problem in report.problems:
        typer.echo(problem, err=True)
    if json_format:
        typer.echo(report.as_json())
    else:
        for line in report.as_text():
            typer.echo(line)
    raise typer.Exit(report.exit_code)
