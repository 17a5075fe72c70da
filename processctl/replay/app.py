"""The commands of `processctl replay`."""

# ruff: noqa: PLC0415 - a command imports what it needs, so that `processctl --help` is quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

replay = typer.Typer(name="replay", help="Executions of the past on today's code.")

Directory = Annotated[
    Path, typer.Option("--directory", "-C", help="A folder of the repo.", exists=True, file_okay=False)
]


@replay.callback(invoke_without_command=True)
def replay_all(
    context: typer.Context,
    *,
    directory: Directory = Path(),
    output: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print what became of each.")
    ] = "text",
) -> None:
    """Replay every history in the repo on today's code; 0 if all replay, 1 if one differs, 2 if not done."""
    if context.invoked_subcommand is not None:
        return
    from processctl.replay.command import run

    run(directory, json_format=output == "json")
