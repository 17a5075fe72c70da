"""What people wrote for a process, as generated tests find it."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from process_runtime.contract import ProcessContract
from process_runtime.testing.recorded import implementation
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import Process

__all__ = ["human_class", "human_module", "load_registration"]


def load_registration(package: str) -> ProcessRegistration:
    """Import ``<package>.registration`` and return its ``REGISTRATION``.

    Done inside a test, so that missing human code fails that test rather than the collection of all.
    """
    try:
        registration = importlib.import_module(f"{package}.registration").REGISTRATION
    except ImportError as error:
        pytest.fail(
            f"{package} cannot be imported: {error}. Is the code there that people write? "
            "`processctl scaffold` makes a start",
            pytrace=False,
        )
    if not isinstance(registration, ProcessRegistration):
        pytest.fail(f"{package}.registration.REGISTRATION is no ProcessRegistration", pytrace=False)
    return registration


def human_module(contract: ProcessContract) -> Path:
    """Return the file of people's workflow module, not imported: what breaks a rule may not import."""
    file = implementation(contract)
    if file is None:
        pytest.fail(f"{contract.impl_module} is missing; `processctl scaffold` makes a start", pytrace=False)
    return file


def human_class(contract: ProcessContract) -> type[Process[Any, Any, Any, Any]]:
    """Return the class that people wrote for this contract."""
    module = importlib.import_module(contract.impl_module)
    found = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Process) and member.__module__ == module.__name__
    ]
    if len(found) > 1:
        # Beside classes that derive from it, or that it derives from, it is the one that the entry names.
        found = [member for member in found if f"{member.__name__}Process" in _names_of_bases(member)]
    if len(found) != 1:
        names = ", ".join(member.__name__ for member in found) or "none"
        pytest.fail(f"{contract.impl_module} is to hold one process class, but has {names}", pytrace=False)
    return found[0]


def _names_of_bases(kind: type) -> set[str]:
    return {base.__name__ for base in kind.__mro__}
