"""What worker and ingress share as operating-system processes: start, stop, signals and exit codes.

Exit codes: 0 after a clean stop, 2 for a configuration that cannot work, 1 for a crash.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from starlette.applications import Starlette

from process_runtime.config import ConfigError, RuntimeSettings
from process_runtime.connection import TemporalConnection
from process_runtime.contract import ProcessContract, identity
from process_runtime.ending import exit_process
from process_runtime.event_loop import loop_factory
from process_runtime.health import Health, HttpServer, create_app
from process_runtime.logs import configure_logging
from process_runtime.metrics import Metrics
from process_runtime.telemetry import Telemetry, open_telemetry

__all__ = [
    "EXIT_CLEAN",
    "EXIT_CONFIGURATION",
    "EXIT_CRASH",
    "Component",
    "Service",
    "ServiceError",
    "exit_code",
    "exit_process",
    "serve",
]

logger = logging.getLogger(__name__)

EXIT_CLEAN: Final = 0
EXIT_CRASH: Final = 1
EXIT_CONFIGURATION: Final = 2


class ServiceError(Exception):
    """The process cannot go on, for a reason an operator can mend: one line, no traceback, exit code 1."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a component finds around it."""

    health: Health
    metrics: Metrics
    connection: TemporalConnection
    telemetry: Telemetry = field(default_factory=Telemetry)
    """What is told for traces; does nothing unless they are on."""
    app: Starlette
    """The application on ``PORT_HTTP``; routes may be added while it runs."""
    identity: str
    """The Temporal identity of this process."""
    stopping: asyncio.Event
    """Set when the process is to stop: take no new work, finish what is in flight, return."""


class Component(Protocol):
    """A part of the process that runs until it is told to stop, e.g. a worker or an ingress."""

    async def run(self, service: Service) -> None:
        """Work until `service.stopping` is set, or until there is nothing more to do.

        Raises:
            ServiceError: The process cannot go on.
        """


def exit_code(main: Callable[[], None]) -> int:
    """Run `main` and return the exit code of the process, telling of failures on standard error.

    A `ConfigError` is printed problem by problem, without a traceback.
    """
    try:
        main()
    except ConfigError as error:
        count = len(error.problems)
        print(f"configuration error: {count} problem{'s' if count > 1 else ''}", file=sys.stderr)  # noqa: T201
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)  # noqa: T201
        return EXIT_CONFIGURATION
    except ServiceError as error:
        logger.error("stopped: %s", error)
        return EXIT_CRASH
    except Exception:  # last resort: the exit code has to say that this was a crash
        logger.critical("crashed", exc_info=True)
        return EXIT_CRASH
    return EXIT_CLEAN


def serve(
    settings: RuntimeSettings,
    *,
    role: str,
    contracts: Sequence[ProcessContract],
    components: Sequence[Component],
) -> None:
    """Run `components` until they are done or SIGTERM or SIGINT arrives; health and metrics on ``PORT_HTTP``.

    The HTTP server is up before Temporal is dialled. The first signal drains within ``SHUTDOWN_GRACE``, the
    second one stops at once.

    Args:
        settings: Where to listen, where Temporal is, how to log.
        role: What this process does, for its Temporal identity, e.g. ``worker``.
        contracts: The contracts served.
        components: What runs.

    Raises:
        ConfigError: The port cannot be had.
        ServiceError: A component cannot go on.
    """
    name = identity(contracts, role)
    telemetry = open_telemetry(contracts, role, name)
    configure_logging(level=settings.log_level, log_format=settings.log_format, fields=telemetry.log_fields)
    with asyncio.Runner(loop_factory=loop_factory(settings.event_loop)) as runner:
        runner.run(_serve(settings, name, components, telemetry))


async def _serve(
    settings: RuntimeSettings, name: str, components: Sequence[Component], telemetry: Telemetry
) -> None:
    health, metrics = Health(), Metrics()
    service = Service(
        health=health,
        metrics=metrics,
        connection=TemporalConnection(
            settings, identity=name, health=health, metrics=metrics, telemetry=telemetry
        ),
        telemetry=telemetry,
        app=create_app(health, metrics),
        identity=name,
        stopping=asyncio.Event(),
    )
    try:
        async with HttpServer(service.app, settings.port_http) as server:
            logger.info("%s listens on %s", name, server.url)
            try:
                await _run_components(service, components, settings.shutdown_grace)
            finally:
                metrics.close()
    finally:
        await telemetry.close()
    logger.info("stopped")


async def _run_components(service: Service, components: Sequence[Component], grace: timedelta) -> None:
    """Run all; when one fails the others are told to stop, and its error is raised at the end."""
    running = service.health.condition("Running")
    running.ready()
    tasks = [asyncio.create_task(component.run(service)) for component in components]
    supervisor = asyncio.create_task(service.connection.run())
    _stop_on_signals(service.stopping, tasks)
    stop = asyncio.create_task(service.stopping.wait())
    pending = set(tasks)
    while pending and not service.stopping.is_set():
        done, _ = await asyncio.wait([*pending, supervisor, stop], return_when=asyncio.FIRST_COMPLETED)
        pending -= done
        if any(task.cancelled() or task.exception() for task in done):
            service.stopping.set()
    stop.cancel()
    running.not_ready("Stopping", "this process is stopping")
    if pending:
        _, late = await asyncio.wait(pending, timeout=grace.total_seconds())
        if late:
            logger.warning(
                "work still in flight after SHUTDOWN_GRACE is abandoned; it will be delivered again"
            )
            for task in late:
                task.cancel()
            await asyncio.wait(late)
    # The connection outlives the components: they drain through it.
    supervisor.cancel()
    await asyncio.wait([supervisor])
    for task in (*tasks, supervisor):
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


def _stop_on_signals(stopping: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return

    def handle(number: signal.Signals) -> None:
        if stopping.is_set():
            logger.warning("%s again: stopping at once", number.name)
            for task in tasks:
                task.cancel()
        else:
            logger.info("%s: draining", number.name)
            stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle, number)
