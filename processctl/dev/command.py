"""`processctl dev`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.text import Text
from watchfiles import awatch

from process_runtime.testing.servers import ServerError, temporal_cli
from processctl.contracts import read_contracts
from processctl.dev.fingerprint import Fingerprint, is_skipped, is_watched
from processctl.dev.processes import ChildProcess, ready, require_free_port
from processctl.errors import ProjectError
from processctl.generate import run as run_generate
from processctl.repo import DEAD_LETTERS, Repo

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green", "bright_yellow")
_PORTS_PER_GROUP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where everything listens on this machine; each further worker group takes ports ten higher."""

    ingress: int
    worker: int
    temporal: int
    ui: int

    def check(self, groups: int) -> None:
        """Check that every port is one, free, and asked for once.

        Raises:
            ProjectError: one is not.
        """
        uses = [
            (self.temporal, "the Temporal server", "--temporal-port"),
            (self.ui, "the Temporal UI", "--ui-port"),
        ]
        for offset in range(0, groups * _PORTS_PER_GROUP, _PORTS_PER_GROUP):
            uses.append((self.ingress + offset, "the ingress", "--port"))
            uses.append((self.worker + offset, "the worker's health and metrics", "--worker-port"))
        claimed: dict[int, str] = {}
        for port, purpose, option in uses:
            if port in claimed:
                raise ProjectError(
                    f"port {port} is for {claimed[port]} and for {purpose}: choose another with {option}"
                )
            claimed[port] = purpose
            require_free_port(port, purpose, option)


@dataclass(frozen=True, slots=True)
class Bindings:
    """The files that say what stands behind logical names."""

    root: Path
    ingress: Path | None
    publish: Path | None

    def environment(self) -> dict[str, str]:
        """Return the settings that name the files chosen, or there under the usual names."""
        files = (
            ("INGRESS_BINDINGS_FILE", self.ingress, "bindings.json"),
            ("PUBLISH_BINDINGS_FILE", self.publish, "publish.json"),
            ("SCHEDULE_KEYS_FILE", None, "schedule-keys.json"),
        )
        return {
            variable: str(self.root / (chosen or usual))
            for variable, chosen, usual in files
            if chosen or (self.root / usual).is_file()
        }


def run(directory: Path, ports: Ports, bindings: Path | None, publish: Path | None) -> None:
    """Generate the repo that `directory` is in and run it until interrupted.

    Raises:
        ProjectError: generation fails, a port is taken, a file of bindings is not there, or the Temporal
            server ends.
    """
    repo = Repo.find(directory)
    for file, option in ((bindings, "--bindings"), (publish, "--publish")):
        if file is not None and not (repo.root / file).is_file():
            raise ProjectError(
                f"{repo.root / file}: there is no such file: write it, or name another with {option}"
            )
    run_generate(repo.root)
    packages = [str(group.package) for group in read_contracts(repo).generation.groups]
    if not packages:
        raise ProjectError(f"{repo.root}: no proto file has the option (process.v1.process): nothing to run")
    ports.check(len(packages))
    asyncio.run(_Session(repo, packages, ports, Bindings(repo.root, bindings, publish)).run())


def temporal_command(temporal: str | Path, port: int, ui_port: int) -> list[str]:
    """Return the command of a Temporal dev server, whose state lives in memory."""
    arguments = {"--ip": "127.0.0.1", "--port": port, "--ui-port": ui_port, "--log-level": "error"}
    return [str(temporal), "server", "start-dev", *(str(word) for pair in arguments.items() for word in pair)]


class _Session:
    """One run of `processctl dev`."""

    def __init__(self, repo: Repo, packages: Sequence[str], ports: Ports, bindings: Bindings) -> None:
        self._repo = repo
        self._ports = ports
        self._packages = packages
        self._console = Console(soft_wrap=True, highlight=False)
        self._services: list[ChildProcess] = []
        self._urls: list[str] = []
        self._environment = repo.environment() | {
            "PYTHONUNBUFFERED": "1",
            "TEMPORAL_ADDRESS": f"127.0.0.1:{ports.temporal}",
            "REGISTER_SEARCH_ATTRIBUTES": "true",
            "APPLY_SCHEDULES": "true",
        }
        if "DEAD_LETTER_BINDING_FILE" not in self._environment:
            self._environment["DEAD_LETTER_FILE"] = str(repo.root / DEAD_LETTERS)
        self._bindings = bindings
        for group, package in enumerate(packages):
            offset = group * _PORTS_PER_GROUP
            self._add_service(package, "worker", ports.worker + offset)
            self._add_service(package, "ingress", ports.ingress + offset)

    def _add_service(self, package: str, role: str, port: int) -> None:
        self._urls.append(f"http://127.0.0.1:{port}")
        self._services.append(
            ChildProcess(
                name=role if len(self._packages) == 1 else f"{package} {role}",
                command=[sys.executable, "-m", f"{package}.{role}"],
                folder=self._repo.root,
                environment=self._environment
                | self._bindings.environment()
                | {"PORT_HTTP": f"127.0.0.1:{port}"},
                log=self._log,
                sequel="; started again when a file changes",
            )
        )

    async def run(self) -> None:
        stop = asyncio.Event()
        self._restarted = asyncio.create_task(asyncio.sleep(0))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        self._say("finding the Temporal server")
        try:
            executable = await asyncio.to_thread(temporal_cli)
        except ServerError as error:
            raise ProjectError(str(error)) from error
        temporal = ChildProcess(
            name="temporal",
            command=temporal_command(executable, self._ports.temporal, self._ports.ui),
            folder=self._repo.root,
            environment=self._environment,
            log=self._log,
        )
        async with AsyncExitStack() as stack:
            # Stopped in reverse: the services first, so that they can still tell Temporal.
            await stack.enter_async_context(temporal)
            for service in self._services:
                await stack.enter_async_context(service)
            changed = asyncio.Event()
            works = (
                stop.wait(),
                temporal.wait(),
                self._announce(),
                _watch(self._repo, changed),
                self._reload(changed),
            )
            tasks = [asyncio.create_task(work) for work in works]
            stopped, ended, *_ = tasks
            try:
                await _first_that_matters(tasks, stopped, ended)
                if ended.done() and not stopped.done():
                    raise ProjectError(f"the Temporal server ended with exit code {ended.result()}")
            finally:
                for task in (*tasks, self._restarted):
                    task.cancel()
                await asyncio.gather(*tasks, self._restarted, return_exceptions=True)
                self._say("stopping")
        self._say("stopped")

    async def _announce(self) -> None:
        await self._ready()
        self._say(f"ready, Temporal UI at http://127.0.0.1:{self._ports.ui}")
        for service, url in zip(self._services, self._urls, strict=True):
            self._say(f"{service.name}: {url}/readyz {url}/metrics")
            if service.name.endswith("ingress"):
                self._say(f"{service.name}: POST events to {url}/events")
        self._say("reloading what changes; Ctrl-C stops everything")

    async def _ready(self) -> None:
        await asyncio.gather(*(ready(f"{url}/readyz") for url in self._urls))

    async def _restart(self) -> None:
        for service in self._services:  # A file of bindings may have come since.
            service.environment = {**service.environment, **self._bindings.environment()}
        await asyncio.gather(*(service.restart() for service in self._services))
        self._restarted.cancel()
        self._restarted = asyncio.create_task(self._announce_again())

    async def _announce_again(self) -> None:
        await self._ready()
        self._say("ready again")

    async def _reload(self, changed: asyncio.Event) -> None:
        seen = await asyncio.to_thread(Fingerprint.of, self._repo)
        while await changed.wait():
            changed.clear()
            now = await asyncio.to_thread(Fingerprint.of, self._repo)
            if now.contracts != seen.contracts:
                self._say("a contract changed: generating")
                try:
                    await asyncio.to_thread(run_generate, self._repo.root)
                except ProjectError as error:
                    self._say(str(error), style="red")
                now = replace(await asyncio.to_thread(Fingerprint.of, self._repo), contracts=now.contracts)
            if now.code != seen.code:
                self._say("code changed: restarting worker and ingress")
                await self._restart()
            seen = now

    def _say(self, message: str, *, style: str = "bold") -> None:
        for line in message.splitlines():
            self._console.print(self._prefix("dev"), Text(line, style=style))

    def _log(self, name: str, line: str) -> None:
        self._console.print(self._prefix(name), Text.from_ansi(line))

    def _prefix(self, name: str) -> Text:
        names = ["dev", "temporal", *(service.name for service in self._services)]
        width = max(map(len, names))
        return Text(f"{name:<{width}} |", style=_COLOURS[names.index(name) % len(_COLOURS)])


async def _first_that_matters(tasks: Sequence[asyncio.Task[object]], *ends: asyncio.Task[object]) -> None:
    """Wait for one of `ends`; a failure of any other task is raised at once."""
    waiting = set(tasks)
    while not any(end.done() for end in ends):
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def _watch(repo: Repo, changed: asyncio.Event) -> None:
    """Set `changed` whenever a file changes that may matter."""

    def matters(_: object, path: str) -> bool:
        return is_watched(Path(path).relative_to(repo.root))

    def matters_in_root(kind: object, path: str) -> bool:
        return matters(kind, path) or (Path(path).is_dir() and not is_skipped(Path(path).name))

    async def watch_below(folders: set[Path]) -> None:
        async for _ in awatch(*folders, watch_filter=matters):
            changed.set()

    # The root's files and its folders apart: a virtual environment in it has more folders than the system
    # watches. As a folder, not file by file: editors replace a file by another of its name.
    async with asyncio.TaskGroup() as group:
        folders = _folders(repo)
        below = group.create_task(watch_below(folders))
        async for _ in awatch(repo.root, recursive=False, watch_filter=matters_in_root):
            if (now := _folders(repo)) != folders:
                below.cancel()
                folders = now
                below = group.create_task(watch_below(folders))
            changed.set()


def _folders(repo: Repo) -> set[Path]:
    return {path for path in repo.root.iterdir() if path.is_dir() and not is_skipped(path.name)}
