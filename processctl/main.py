"""The `processctl` command line. Each command's work lives in a module that is imported when it is called.

Exit codes: 0 done; 1 something in the repo or its surroundings stands in the way, and the message says what;
2 the command line itself is wrong; 130 interrupted. Those of `check` are its own.
"""

# ruff: noqa: PLC0415 - a command imports what it needs, so that `processctl --help` is quick

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from processctl.dlq.app import dlq
from processctl.errors import EXIT_PROBLEM, ProjectError
from processctl.replay.app import replay
from protoc_gen_process.version import __version__

app = typer.Typer(
    name="processctl",
    help="Durable business processes from annotated .proto files: begin a repo, generate, run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Directory = Annotated[
    Path,
    typer.Option("--directory", "-C", help="A folder of the repo.", exists=True, file_okay=False),
]

_HIGHEST_PORT = 65535


def _version(value: bool) -> None:
    if value:
        typer.echo(f"processctl {__version__}")
        raise typer.Exit


def _port(purpose: str) -> Any:
    return typer.Option(help=purpose, min=1, max=_HIGHEST_PORT)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Name of the process, e.g. order-fulfillment.")],
    directory: Annotated[
        Path | None,
        typer.Option("--directory", "-C", help="The folder, new or empty. Default: NAME.", file_okay=False),
    ] = None,
) -> None:
    """Begin a repo with an example contract in an empty folder."""
    from processctl.init import run

    run(name, directory or Path(name))


@app.command()
def generate(
    directory: Directory = Path(),
    scaffold: Annotated[bool, typer.Option(help="Also add what people have yet to write.")] = True,
) -> None:
    """Run buf generate, then scaffold. Refuses where that would delete a file somebody wrote."""
    from processctl.generate import run

    run(directory, scaffold=scaffold)


@app.command()
def scaffold(
    directory: Directory = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the difference, write nothing.")] = False,
) -> None:
    """Create the modules people write; later, add the methods a contract newly asks for and nothing else."""
    from processctl.scaffold.command import run

    run(directory, dry_run=dry_run)


@app.command()
def dev(
    *,
    directory: Directory = Path(),
    port: Annotated[int, _port("Port of the ingress: events, health and metrics.")] = 8080,
    worker_port: Annotated[int, _port("Port of the worker: health and metrics.")] = 8081,
    temporal_port: Annotated[int, _port("Port of the Temporal server.")] = 7233,
    ui_port: Annotated[int, _port("Port of the Temporal UI.")] = 8233,
    bindings: Annotated[
        Path | None,
        typer.Option(
            help="Bindings of the ingress, from the repo's root. Default: bindings.json, if it is there."
        ),
    ] = None,
    publish: Annotated[
        Path | None,
        typer.Option(help="Bindings of the streams that facts go to. Default: publish.json, if it is there."),
    ] = None,
) -> None:
    """Run Temporal, worker and ingress in this terminal, reloading what changes. Ctrl-C stops everything."""
    from processctl.dev.command import Ports, run

    ports = Ports(ingress=port, worker=worker_port, temporal=temporal_port, ui=ui_port)
    run(directory, ports, bindings, publish)


@app.command(name="codec-server")
def codec_server(
    *,
    port: Annotated[int, typer.Option(help="Port; 0 takes any free one.", min=0, max=_HIGHEST_PORT)] = 8088,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    keys_file: Annotated[
        Path | None, typer.Option(help="File or folder with the keys. Default: PAYLOAD_KEYS_FILE.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="Where large payloads are kept. Default: PAYLOAD_STORE.")
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="Origin of a Temporal UI that may ask; repeatable.")
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="File with the bearer token to ask for.")] = None,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Ask for no token.")] = False,
) -> None:
    """Decode payloads for the Temporal UI and command line, until Ctrl-C."""
    from process_runtime.config import ListenAddress
    from processctl.codec_server import run

    run(
        ListenAddress(host, port),
        keys_file=keys_file,
        store=store,
        origins=origin or [],
        token_file=token_file,
        no_auth=no_auth,
    )


@app.command()
def patches(
    *,
    directory: Directory = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if patches.md is out of date.")
    ] = False,
    output: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to print the catalogue.")
    ] = "table",
    temporal: Annotated[
        str | None,
        typer.Option(
            envvar="TEMPORAL_ADDRESS", help="host:port of Temporal, to count the executions of each patch."
        ),
    ] = None,
    namespace: Annotated[
        str | None, typer.Option(envvar="TEMPORAL_NAMESPACE", help="Namespace of the executions.")
    ] = None,
    deployed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATCH=TIME",
            help="When the code of a patch as it is was deployed everywhere; repeatable.",
        ),
    ] = None,
) -> None:
    """List the patches of workflow code, write patches.md, and say which of them can go."""
    from processctl.patches.command import run

    run(
        directory,
        check=check,
        json_format=output == "json",
        temporal=temporal,
        namespace=namespace,
        deployed=deployed or (),
    )


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATHS]...", help="Files and folders. Default: `paths` of the configuration, else here."
        ),
    ] = None,
    *,
    output: Annotated[
        Literal["text", "json", "sarif"], typer.Option("--format", help="How to print the findings.")
    ] = "text",
    select: Annotated[
        list[str] | None, typer.Option(help="Rules and families to report, e.g. DET,PRA001; repeatable.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Rules and families not to report; repeatable.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML file with [tool.process-policy]. Default: the nearest pyproject.toml."),
    ] = None,
    require_workflow: Annotated[
        bool, typer.Option("--require-workflow", help="Fail if no workflow is found.")
    ] = False,
) -> None:
    """Check workflow code for what a replay would not repeat; 0 if clean, 1 with findings, 2 if not done."""
    from processctl.check.command import run

    run(
        paths or (),
        output=output,
        select=select,
        ignore=ignore,
        config_file=config,
        require_workflow=require_workflow,
    )


@app.command()
def verify(
    *,
    directory: Directory = Path(),
    against: Annotated[
        str | None,
        typer.Option(
            help="Git ref, folder or image that contracts are compared with, e.g. origin/main. "
            "Without it that gate is skipped."
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="GATE", help="Ask this gate only; repeatable.")
    ] = None,
    skip: Annotated[list[str] | None, typer.Option(metavar="GATE", help="Leave out; repeatable.")] = None,
    output: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print what the gates say.")
    ] = "text",
) -> None:
    """Ask every gate of the repo, for CI: exit code 1 if one fails, 2 if one could not look.

    Gates: lint, pins, out-folders, generated, breaking, check, versioning, replay, tests.
    """
    from processctl.verify.command import run

    run(directory, against=against, only=only or (), skip=skip or (), output=output)


@app.command()
def breaking(
    *,
    against: Annotated[
        str,
        typer.Option(
            metavar="REF", help="What to compare with: a git revision, a folder, or an image of buf's."
        ),
    ],
    directory: Directory = Path(),
    output: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print what changed.")
    ] = "text",
) -> None:
    """Say what changed in the contracts, and what that means for running executions.

    Exit code 1 if something has to stop, 2 if one side cannot be read.
    """
    from processctl.breaking.command import run

    run(directory, against, json_format=output == "json")


search_attributes = typer.Typer(
    name="search-attributes",
    help="Search attributes of the contracts, in the namespace that TEMPORAL_* names.",
    no_args_is_help=True,
)
app.add_typer(search_attributes)


@search_attributes.command(name="check")
def check_search_attributes(directory: Directory = Path()) -> None:
    """Say which are there, and which are missing or of another type; exit code 1 if any is."""
    from processctl.namespace import check_search_attributes as run

    run(directory)


@search_attributes.command(name="apply")
def apply_search_attributes(directory: Directory = Path()) -> None:
    """Register those that are missing."""
    from processctl.namespace import apply_search_attributes as run

    run(directory)


schedules = typer.Typer(
    name="schedules",
    help="Schedules of the contracts, in the namespace that TEMPORAL_* names.",
    no_args_is_help=True,
)
app.add_typer(schedules)

Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        help="File with the business keys of each schedule. Default: SCHEDULE_KEYS_FILE.",
        exists=True,
        dir_okay=False,
    ),
]


@schedules.command(name="list")
def list_schedules(directory: Directory = Path(), keys: Keys = None) -> None:
    """Print the IDs of the schedules that there should be; asks no server."""
    from processctl.namespace import list_schedules as run

    run(directory, keys)


@schedules.command(name="diff")
def diff_schedules(directory: Directory = Path(), keys: Keys = None) -> None:
    """Print what apply would do: + create, ~ update, - delete, = leave as it is."""
    from processctl.namespace import diff_schedules as run

    run(directory, keys)


@schedules.command(name="apply")
def apply_schedules(directory: Directory = Path(), keys: Keys = None) -> None:
    """Create, update and remove schedules as the contracts have them. Nobody else's are touched."""
    from processctl.namespace import apply_schedules as run

    run(directory, keys)


app.add_typer(dlq)
app.add_typer(replay)


@app.command(name="proto-path")
def proto_path() -> None:
    """Print the folder of the option protos, for `protoc -I"$(processctl proto-path)"`."""
    from processctl.protos import proto_folder

    typer.echo(proto_folder())


def _run() -> None:
    """Run the command line; a mistake that a person can mend is one message, never a traceback."""
    try:
        app()
    except ProjectError as error:
        typer.echo(error, err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # One that names a file is about the repo or its surroundings; another is a bug of ours.
        if error.filename is None:
            raise
        typer.echo(f"{error.filename}: {error.strerror}: mend that and try again", err=True)
        sys.exit(EXIT_PROBLEM)


def main() -> None:
    """Run the command line and end the process, with the interpreter left as it is where the SDK was used."""
    try:
        _run()
        code: str | int | None = 0
    except SystemExit as ended:
        code = ended.code
    if isinstance(code, str):
        sys.exit(code)
    if "temporalio.client" in sys.modules:
        from process_runtime.ending import exit_process

        exit_process(code or 0)
    if "process_policy.command" in sys.modules:
        from process_policy.command import end

        end(code or 0)
    sys.exit(code)
