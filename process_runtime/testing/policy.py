"""What generated tests check of the source of workflow code: see :mod:`process_policy`."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_policy import PolicyError, check_paths
from process_policy.config import find_config
from process_runtime.contract import ProcessContract
from process_runtime.testing.people import human_module

__all__ = ["assert_determinism_policy"]


def assert_determinism_policy(contract: ProcessContract) -> None:
    """Assert that people's workflow code does nothing that a replay would not repeat.

    What `[tool.process-policy]` of their pyproject.toml says holds here too.
    """
    folder = human_module(contract).parent
    try:
        findings = check_paths(_sources(folder), config=find_config(folder))
    except PolicyError as error:
        pytest.fail(str(error), pytrace=False)
    if findings:
        pytest.fail("\n".join(str(finding) for finding in findings), pytrace=False)


def _sources(folder: Path) -> list[Path]:
    """The process's own modules; those of others that they call are followed."""
    return [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts]
