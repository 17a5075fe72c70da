"""What generated tests check of the source of workflow code: see :mod:`process_policy`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from process_policy import PolicyError, check_paths
from process_policy.config import Config, find_config
from process_runtime.contract import ProcessContract
from process_runtime.testing.people import human_module

__all__ = ["assert_determinism_policy", "assert_import_policy"]

_GENERATED: Final = ("activities", "contract", "workflow")
_NOT_WORKFLOW_CODE: Final = "activities_impl"


def assert_determinism_policy(contract: ProcessContract) -> None:
    """Assert that people's workflow code does nothing that a replay would not repeat.

    What `[tool.process-policy]` of their pyproject.toml says holds here too.
    """
    folder = human_module(contract).parent
    _assert_clean(folder, replace(_config(folder), allow_imports=None))


def assert_import_policy(contract: ProcessContract, package: str) -> None:
    """Assert that people's workflow modules import only what workflow code is made of.

    That is Temporal's workflow API, what was generated, modules of the process itself but its activities, and
    what of the standard library is pure. Other modules have to be named in people's pyproject.toml, in
    `allow-imports` of `[tool.process-policy]`.

    Args:
        contract: The contract.
        package: The generated package.
    """
    folder = human_module(contract).parent
    config = _config(folder)
    own = contract.impl_module.rpartition(".")[0]
    allowed = (
        *(f"{package}.{module}" for module in _GENERATED),
        *(".".join((own, *path.relative_to(folder).with_suffix("").parts)) for path in _sources(folder)),
        *(config.allow_imports or ()),
    )
    without_activities = tuple(name for name in allowed if name != f"{own}.{_NOT_WORKFLOW_CODE}")
    _assert_clean(folder, replace(config, select=("IMP001",), allow_imports=without_activities))


def _config(folder: Path) -> Config:
    try:
        return find_config(folder)
    except PolicyError as error:
        pytest.fail(str(error), pytrace=False)


def _assert_clean(folder: Path, config: Config) -> None:
    try:
        findings = check_paths(_sources(folder), config=config)
    except PolicyError as error:
        pytest.fail(str(error), pytrace=False)
    if findings:
        pytest.fail("\n".join(str(finding) for finding in findings), pytrace=False)


def _sources(folder: Path) -> list[Path]:
    """The process's own modules; those of others that they call are followed."""
    return [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts]
