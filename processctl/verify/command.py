"""`processctl verify`."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final, Literal

import typer
from rich.console import Console
from rich.markup import escape

from processctl.errors import EXIT_NOT_RUN, CouldNotRun, ProjectError, needed_by_a_gate
from processctl.repo import Repo
from processctl.verify.gates import gates
from processctl.verify.outcome import Gate, Outcome, Status
from processctl.verify.report import Looked, as_json, coloured, exit_code, table

_INDENT: Final = "    "


def run(
    directory: Path,
    *,
    against: str | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    output: Literal["text", "json"] = "text",
) -> None:
    """Ask every gate of the repo that `directory` is in, print what they say, and exit.

    Exits with 0 if all passed or were skipped, 1 if one failed, else 2 if one could not look.

    Args:
        directory: A folder of the repo.
        against: What contracts are compared with, as for `processctl breaking`; None skips that gate.
        only: Names of the gates to ask; empty asks all.
        skip: Names of gates to leave out.
        output: For people, or JSON for programs.

    Raises:
        CouldNotRun: There is no repo, no gate of a name, or no gate left to ask.
    """
    with needed_by_a_gate():
        repo = Repo.find(directory)
    wanted = _wanted(gates(repo, against), only, skip)
    console = Console(soft_wrap=True, highlight=False, quiet=output == "json")
    looked = list(_look(wanted, console))
    console.print()
    console.print(table(looked))
    if output == "json":
        typer.echo(as_json(looked))
    raise typer.Exit(exit_code(looked))


def _wanted(known: Sequence[Gate], only: Sequence[str], skip: Sequence[str]) -> list[Gate]:
    names = [gate.name for gate in known]
    for name in (*only, *skip):
        if name not in names:
            raise CouldNotRun(f"there is no gate {name!r}; there are {', '.join(names)}")
    wanted = [gate for gate in known if (not only or gate.name in only) and gate.name not in skip]
    if not wanted:
        raise CouldNotRun("--only and --skip leave no gate to ask")
    return wanted


def _look(wanted: Sequence[Gate], console: Console) -> Iterator[Looked]:
    for gate in wanted:
        began = time.monotonic()
        busy = console.status(f"{gate.name}: {gate.question}") if console.is_terminal else nullcontext()
        with busy:
            outcome = _outcome(gate)
        console.print(f"{coloured(outcome.status)} {gate.name}: {escape(outcome.summary)}")
        for detail in outcome.details:
            console.print(textwrap.indent(escape(detail), _INDENT))
        yield Looked(gate, outcome, time.monotonic() - began)


def _outcome(gate: Gate) -> Outcome:
    try:
        return gate.look()
    except ProjectError as error:
        status = Status.NOT_RUN if error.exit_code == EXIT_NOT_RUN else Status.FAILED
        first, *others = str(error).splitlines()
        return Outcome(status, first, tuple(others))
