"""The commands of `processctl dlq`."""

# ruff: noqa: PLC0415 - a command imports what it needs, so that `processctl --help` is quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

dlq = typer.Typer(
    name="dlq",
    help="Dead letters: messages that could not succeed, in the stream that DEAD_LETTER_* names.",
    no_args_is_help=True,
)

Directory = Annotated[
    Path, typer.Option("--directory", "-C", help="A folder of the repo.", exists=True, file_okay=False)
]
File = Annotated[
    Path | None, typer.Option("--file", help="The file with the letters. Default: DEAD_LETTER_FILE.")
]
Binding = Annotated[
    Path | None,
    typer.Option(
        "--binding", help="The file that describes their stream. Default: DEAD_LETTER_BINDING_FILE."
    ),
]
Package = Annotated[
    list[str] | None,
    typer.Option("--package", help="Generated package to import, where there is no repo; repeatable."),
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Which letters.")]
All = Annotated[bool, typer.Option("--all", help="All letters that the filters leave.")]
Reason = Annotated[str | None, typer.Option(help="Only of this reason, e.g. late.")]
Process = Annotated[str | None, typer.Option(help="Only for this process.")]
Subscription = Annotated[str | None, typer.Option(help="Only of this subscription.")]
Since = Annotated[
    str | None, typer.Option(help="Only since then: 2026-11-03T10:00:00Z, or 90m, 24h, 7d ago.")
]
Limit = Annotated[int | None, typer.Option(help="At most so many, the oldest.", min=1)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@dlq.command(name="list")
def list_letters(
    *,
    reason: Reason = None,
    process: Process = None,
    subscription: Subscription = None,
    since: Since = None,
    limit: Limit = None,
    directory: Directory = Path(),
    file: File = None,
    binding: Binding = None,
    json: Json = False,
) -> None:
    """List what nobody has seen to yet, oldest first. Shows nothing of the messages themselves."""
    from processctl.dlq.command import Place, list_letters, wanted

    letters = wanted(reason, process, subscription, since)
    list_letters(Place(directory, file, binding), letters, limit=limit, json_format=json)


@dlq.command(name="show")
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="Which letter.")],
    *,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show sensitive fields, and what cannot be decoded.")
    ] = False,
    directory: Directory = Path(),
    package: Package = None,
    file: File = None,
    binding: Binding = None,
    json: Json = False,
) -> None:
    """Show one letter: why, where from, headers, and the event decoded. Sensitive fields are hidden."""
    from processctl.dlq.command import Place, show

    show(Place(directory, file, binding, tuple(package or ())), letter_id, reveal=reveal, json_format=json)


@dlq.command()
def resend(
    letter_ids: Ids = None,
    *,
    everything: All = False,
    reason: Reason = None,
    process: Process = None,
    subscription: Subscription = None,
    since: Since = None,
    limit: Limit = None,
    timeout: Annotated[float, typer.Option(help="Seconds to try for one letter.", min=0.1, max=3600)] = 30,
    yes: Yes = False,
    directory: Directory = Path(),
    package: Package = None,
    file: File = None,
    binding: Binding = None,
    json: Json = False,
) -> None:
    """Deliver letters to Temporal as their ingress would have, and close those that were taken."""
    from processctl.dlq.command import Place, choice
    from processctl.dlq.resend import resend

    letters = choice(letter_ids, everything, (reason, process, subscription, since), limit)
    place = Place(directory, file, binding, tuple(package or ()))
    resend(place, letters, timeout=timeout, yes=yes, json_format=json)


@dlq.command()
def drop(
    letter_ids: Ids = None,
    *,
    everything: All = False,
    reason: Reason = None,
    process: Process = None,
    subscription: Subscription = None,
    since: Since = None,
    limit: Limit = None,
    yes: Yes = False,
    directory: Directory = Path(),
    file: File = None,
    binding: Binding = None,
    json: Json = False,
) -> None:
    """Close letters for good, without sending them."""
    from processctl.dlq.command import Place, choice, drop

    letters = choice(letter_ids, everything, (reason, process, subscription, since), limit)
    drop(Place(directory, file, binding), letters, yes=yes, json_format=json)
