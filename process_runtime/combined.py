"""Worker and ingress in one operating-system process, for small deployments and development."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from process_runtime.config import (
    ConfigError,
    IngressSettings,
    RuntimeSettings,
    WorkerSettings,
    load_settings,
)
from process_runtime.ingress import Ingress, Router, Subscription, ingress_problems
from process_runtime.service import exit_code, serve
from process_runtime.worker import ProcessRegistration, worker_components, worker_problems

__all__ = ["run_process"]

_SettingsT = TypeVar("_SettingsT", bound=RuntimeSettings)


def run_process(
    worker_settings_type: type[WorkerSettings],
    ingress_settings_type: type[IngressSettings],
    registrations: Sequence[ProcessRegistration],
    routers: Sequence[Router[Any]],
    subscriptions: Sequence[Subscription],
) -> int:
    """Run worker and ingress of these processes until SIGTERM or SIGINT.

    Both share one connection to Temporal, one HTTP server and one readiness.

    Args:
        worker_settings_type: Read from the environment.
        ingress_settings_type: Read from the environment.
        registrations: The processes to serve, of one task queue.
        routers: One for each process.
        subscriptions: Where events come from.

    Returns:
        The exit code: 0 after a clean stop, 2 for a configuration that cannot work, 1 for a crash.
    """

    def main() -> None:
        problems: list[str] = []
        worker = _load(worker_settings_type, lambda read: worker_problems(registrations, read), problems)
        ingress = _load(ingress_settings_type, lambda read: ingress_problems(read, subscriptions), problems)
        if worker is None or ingress is None:
            # Both read the connection, so both report what is wrong with it.
            raise ConfigError(dict.fromkeys(problems))
        serve(
            worker,
            role="process",
            contracts=[registration.contract for registration in registrations],
            components=[
                *worker_components(worker, registrations),
                Ingress(ingress, routers, subscriptions, beside_worker=True),
            ],
        )

    return exit_code(main)


def _load(
    settings_type: type[_SettingsT], check: Callable[[_SettingsT], Sequence[str]], problems: list[str]
) -> _SettingsT | None:
    """The settings; None when they have problems, which are appended."""
    try:
        return load_settings(settings_type, check=check)
    except ConfigError as error:
        problems += error.problems
        return None
