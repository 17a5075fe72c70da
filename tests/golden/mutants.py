"""Processes that are each broken in one place, in one repo, so that one process runs all their tests."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from protoc_gen_process.plugin import respond
from tests.golden import cases
from tests.golden.workspace import Workspace

HISTORIES = Path("tests", "histories")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A process of a golden case, and what is changed in it: by file, what stands there by what is to."""

    case: str
    goes_red: tuple[str, ...]
    """The generated tests that see it, without `test_`; the others stay green."""
    says: str
    """What the report says then."""
    contract: Mapping[str, str] = field(default_factory=dict)
    """Changed in the proto, from which is generated again."""
    generated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pins: bool = True
    """Whether people's tree holds what is pinned."""


class Mutations:
    """A repo with the whole processes, and with every mutant as a package of its own."""

    def __init__(self, root: Path, mutants: Mapping[str, Mutant]) -> None:
        self._mutants = mutants
        self.whole = sorted({mutant.case for mutant in mutants.values()})
        self._workspace = Workspace(root, self.whole)
        for case in self.whole:
            # Filled by the tests of the whole process, which run first; the mutants see it too.
            (self._people(case) / HISTORIES).mkdir(parents=True, exist_ok=True)
        for name, mutant in mutants.items():
            self._add(name, mutant, root / "scratch" / name)

    def run(self) -> dict[str, dict[str, bool]]:
        """Run the generated tests of all; of each process, whether each file of tests is green."""
        packages = [*self.whole, *map(self.package, self._mutants)]
        outcomes = self._workspace.run_tests(*(f"{package}/tests" for package in packages), records=True)
        found: dict[str, dict[str, bool]] = {package: {} for package in packages}
        for name, outcome in outcomes.items():
            package, _, test = name.partition("/tests/test_")
            file = test.partition(".py")[0]
            found[package][file] = found[package].get(file, True) and outcome == "PASSED"
        return found

    @property
    def report(self) -> str:
        """What pytest said."""
        return self._workspace.report

    def package(self, name: str) -> str:
        """The generated package of a mutant."""
        return f"{self._mutants[name].case}_{name}"

    def _people(self, package: str) -> Path:
        return self._workspace.root / "processes" / package

    def _add(self, name: str, mutant: Mutant, scratch: Path) -> None:
        case, package = mutant.case, self.package(name)
        for file, content in _generated(mutant, scratch).items():
            path = self._workspace.generated / file.replace(f"{case}/", f"{package}/", 1)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = _changed(content, mutant.generated.get(file.removeprefix(f"{case}/"), {}))
            path.write_text(_renamed(text, case, package))
        source, folder = self._people(case), self._people(package)
        (folder / "tests").mkdir(parents=True)
        for path in source.glob("*.py"):
            text = _changed(path.read_text(), mutant.people.get(path.name, {}))
            (folder / path.name).write_text(_renamed(text, case, package))
        for path in source.glob("tests/*.json") if mutant.pins else ():
            shutil.copy(path, folder / "tests")
        (folder / HISTORIES).symlink_to(source / HISTORIES)


def _generated(mutant: Mutant, scratch: Path) -> dict[str, str]:
    if not mutant.contract:
        return cases.generated(mutant.case)
    shutil.copytree(cases.CASES / mutant.case, scratch)
    [proto] = (scratch / "proto").rglob("*.proto")
    proto.write_text(_changed(proto.read_text(), mutant.contract))
    response = respond(cases.build_request(mutant.case, scratch, protos=scratch / "proto"))
    assert not response.error, response.error
    return {file.name: file.content for file in response.file}


def _changed(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def _renamed(text: str, case: str, package: str) -> str:
    return re.sub(rf"\b{case}\b", package, text)
