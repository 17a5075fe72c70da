"""What a repo's generated packages say of their processes; people's modules are not imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from process_runtime.contract import ProcessContract
from process_runtime.ingress.router import Router
from process_runtime.workflow import ScheduledProcess
from processctl.errors import ProjectError
from processctl.repo import Repo


@dataclass(frozen=True, slots=True)
class GeneratedProcesses:
    """Every process of a repo."""

    contracts: tuple[ProcessContract, ...]
    scheduled: tuple[ScheduledProcess, ...]
    """Those with schedules."""


def read_generated(repo: Repo) -> GeneratedProcesses:
    """Import the generated contracts and schedules of `repo`.

    Raises:
        ProjectError: Nothing was generated, or it cannot be imported.
    """
    out = repo.process_plugin.out
    packages = _importable_packages(repo)
    contracts = [_import(f"{package}.contract").CONTRACT for package in packages]
    scheduled = [
        _import(f"{package}.schedules").SCHEDULED
        for package in packages
        if (out / package / "schedules.py").is_file()
    ]
    return GeneratedProcesses(tuple(contracts), tuple(scheduled))


def read_routers(repo: Repo) -> tuple[Router[Any], ...]:
    """Return the generated routers of `repo`.

    Raises:
        ProjectError: Nothing was generated, or it cannot be imported.
    """
    return import_routers(_importable_packages(repo))


def import_routers(packages: Sequence[str]) -> tuple[Router[Any], ...]:
    """Return the routers of generated packages that can be imported here.

    Raises:
        ProjectError: One cannot, or has no router.
    """
    return tuple(_router(_import(f"{package}.router")) for package in packages)


def _router(module: ModuleType) -> Router[Any]:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Router) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise ProjectError(f"{module.__name__}: there is no generated router in it")
    router: Router[Any] = found[0]()
    return router


def generated_packages(repo: Repo) -> list[str]:
    """Return the names of the packages of the generated processes of `repo`.

    Raises:
        ProjectError: Nothing was generated.
    """
    out = repo.process_plugin.out
    packages = sorted(path.parent.name for path in out.glob("*/contract.py"))
    if not packages:
        raise ProjectError(f"{out}: no generated process there: run `processctl generate` first")
    return packages


def _importable_packages(repo: Repo) -> list[str]:
    """The packages of the generated processes of `repo`, which can be imported from now on."""
    packages = generated_packages(repo)
    for root in reversed(repo.import_roots):
        sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    return packages


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ProjectError(
            f"{name} cannot be imported: {error}: run `processctl generate`, and see that `out` of every "
            "plugin in buf.gen.yaml is where its files are"
        ) from error
