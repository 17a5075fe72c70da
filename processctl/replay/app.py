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


@replay.command()
def download(
    *,
    query: Annotated[
        str, typer.Option(help="Which executions, in Temporal's query language; with the process's type.")
    ] = "",
    since: Annotated[
        str | None, typer.Option(help="Started since then: 2026-11-03T10:00:00Z, or 90m, 24h, 7d ago.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many of each process.", min=1)] = 5,
    process: Annotated[
        list[str] | None, typer.Option(help="Only of this process; repeatable. Default: all of the repo.")
    ] = None,
    temporal: Annotated[
        str | None, typer.Option(envvar="TEMPORAL_ADDRESS", help="host:port of Temporal.")
    ] = None,
    namespace: Annotated[
        str | None, typer.Option(envvar="TEMPORAL_NAMESPACE", help="Namespace of the executions.")
    ] = None,
    keep_payloads: Annotated[
        bool, typer.Option("--keep-payloads", help="Keep everything as it is, sensitive fields too.")
    ] = False,
    keep_undecoded: Annotated[
        bool, typer.Option("--keep-undecoded", help="Keep payloads that cannot be decoded as they are.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a history of the same run that is there.")
    ] = False,
    max_bytes: Annotated[int, typer.Option(help="Largest file to keep.", min=1)] = 1_000_000,
    directory: Directory = Path(),
) -> None:
    """Download histories into the repo, compressed and with sensitive fields blanked."""
    from processctl.moments import moment
    from processctl.replay.choice import Wanted
    from processctl.replay.download import run
    from processctl.replay.keep import Handling

    run(
        directory,
        Wanted(query, None if since is None else moment(since), limit),
        Handling(keep_payloads, keep_undecoded, replace, max_bytes),
        processes=process or (),
        address=temporal,
        namespace=namespace,
    )
