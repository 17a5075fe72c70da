"""`processctl check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from process_policy import PolicyError
from process_policy.check import Report
from process_policy.command import NOT_DONE, check_project, exit_code, remarks, split
from process_policy.formats import FORMATS, summary


def run(
    paths: Sequence[Path],
    *,
    output: str = "text",
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    config_file: Path | None = None,
    require_workflow: bool = False,
) -> None:
    """Check, print, and end the command with the check's exit code.

    Args:
        paths: Files and folders; none takes the configuration's, else the current folder.
        output: A name of `process_policy.formats.FORMATS`.
        select: Rules and families to report, several to a text by commas.
        ignore: Rules and families not to report, likewise.
        config_file: A TOML file instead of the nearest pyproject.toml.
        require_workflow: A check that finds no workflow could not be done.
    """
    try:
        report = check_project(
            paths,
            select=split(select),
            ignore=split(ignore),
            config_file=config_file,
            require_workflow=require_workflow,
        )
    except PolicyError as error:
        typer.echo(error, err=True)
        raise typer.Exit(NOT_DONE) from None
    for line in remarks(report):
        typer.echo(line, err=True)
    if output == "text" and sys.stdout.isatty():
        _print_in_colour(report)
    else:
        typer.echo(FORMATS[output](report))
    raise typer.Exit(exit_code(report))


def _print_in_colour(report: Report) -> None:
    from rich.console import Console  # noqa: PLC0415 - takes longer to import than a small check takes
    from rich.text import Text  # noqa: PLC0415

    console = Console(soft_wrap=True, highlight=False, markup=False)
    for finding in report.findings:
        line = Text(str(finding))
        line.stylize("bold", 0, len(str(finding.path)))
        line.highlight_words([f" {finding.rule} "], "bold red")
        console.print(line)
    console.print(Text(summary(report), style="bold red" if report.findings else "bold green"))
