"""Compares the contracts of a repo with the modules people wrote, and says which files to write."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from process_runtime import pins
from processctl.contracts import Contracts
from processctl.errors import ProjectError
from processctl.repo import Repo
from processctl.scaffold import skeletons
from processctl.scaffold.additions import Wanted, add_missing
from processctl.scaffold.methods import abstract_methods
from processctl.scaffold.pins import with_contract_pins, workflow_id_pins
from processctl.scaffold.source import Source
from protoc_gen_process.model import Process


@dataclass(frozen=True, slots=True)
class Change:
    """One file to create, or to add to."""

    path: Path
    before: bytes | None
    """None: the file is new."""
    after: bytes
    added: tuple[str, ...] = ()
    """Methods or start versions, where the file is not new."""

    def diff(self, root: Path) -> Iterator[str]:
        """Yield the lines of a unified diff, paths relative to `root`."""
        name = self.path.relative_to(root).as_posix()
        return difflib.unified_diff(
            _lines(self.before or b""),
            _lines(self.after),
            "/dev/null" if self.before is None else f"a/{name}",
            f"b/{name}",
            lineterm="",
        )

    def write(self) -> None:
        """Write the file whole or not at all, keeping its mode and following a symbolic link."""
        path = self.path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self.after)
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o666 & ~umask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


@dataclass(slots=True)
class Plan:
    """Everything one run of scaffold would do."""

    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def plan(repo: Repo, contracts: Contracts) -> Plan:
    """Return the files that `contracts` ask people for and that are missing, whole or in part.

    Raises:
        ProjectError: a file of people's cannot be read, or cannot take an addition.
    """
    planner = _Planner(repo, contracts)
    for process in contracts.processes:
        planner.add(process)
    return planner.plan


class _Planner:
    def __init__(self, repo: Repo, contracts: Contracts) -> None:
        self._repo = repo
        self._contracts = contracts
        self.plan = Plan()

    def add(self, process: Process) -> None:
        folder = self._repo.root.joinpath(*process.impl_module.split("."))
        is_new = not (folder / "workflow_impl.py").exists()
        self._create(folder / "__init__.py", skeletons.package(process))

        prefix = process.class_prefix
        wanted = self._wanted(process, "workflow", base=f"{prefix}Process", class_name=prefix)
        self._complete(process, "workflow_impl", wanted, skeletons.workflow_impl(process, wanted.methods))
        if process.activities:
            base = f"{prefix}Activities"
            wanted = self._wanted(process, "activities", base=base, class_name=f"{base}Impl")
            self._complete(
                process, "activities_impl", wanted, skeletons.activities_impl(process, wanted.methods)
            )
        if is_new:
            self._create(folder / "tests" / "conftest.py", skeletons.conftest())
            self._create(folder / "tests" / "test_behavior.py", skeletons.test_behavior(process))
        self._create(folder / "tests" / pins.WORKFLOW_IDS, workflow_id_pins(process))
        self._pin_contract(process, folder / "tests" / pins.CONTRACT)

    def _create(self, path: Path, content: str) -> None:
        if not path.exists():
            self.plan.changes.append(Change(path, None, content.encode()))

    def _pin_contract(self, process: Process, path: Path) -> None:
        before = _read(path)
        after, versions = with_contract_pins(path, before, process, self._contracts.request)
        if after != before:
            self.plan.changes.append(Change(path, before, after, versions))

    def _wanted(self, process: Process, module: str, *, base: str, class_name: str) -> Wanted:
        source = self._contracts.generated[f"{process.package}/{module}.py"]
        methods = abstract_methods(source, f"{process.package}.{module}", base)
        return Wanted(class_name, methods, frozenset({base}))

    def _complete(self, process: Process, name: str, wanted: Wanted, skeleton: str) -> None:
        """Create the module, or add to it what is missing."""
        module_name = f"{process.impl_module}.{name}"
        path = self._repo.root.joinpath(*module_name.split(".")).with_suffix(".py")
        before = _read(path)
        source = Source(path, skeleton.encode() if before is None else before)
        additions = add_missing(
            source, module_name, wanted, find=self._find, line_length=self._repo.line_length
        )
        self.plan.notices += additions.notices
        if additions.content != before:
            self.plan.changes.append(Change(path, before, additions.content, additions.methods))

    def _find(self, module: str) -> Path | None:
        """Return the file of a module of people's: one below the repo's root."""
        base = self._repo.root.joinpath(*module.split("."))
        candidates = (base.with_name(f"{base.name}.py"), base / "__init__.py")
        return next((path for path in candidates if path.is_file()), None)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from error


def _lines(content: bytes) -> list[str]:
    return content.decode(errors="replace").splitlines()
