"""One repo that holds the golden trees of all cases, with `_pb2` modules and people's modules for each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from processctl.contracts import Contracts
from processctl.repo import Repo
from processctl.scaffold.plan import plan
from protoc_gen_process.model import Process
from protoc_gen_process.parse import parse_request
from tests.golden import cases

_SUMMARY = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) (?:\S*build/generated/process/)?(\S+)", re.MULTILINE)
LINE_LENGTH = "[tool.ruff]\nline-length = 110\n"


class Workspace:
    """A repo as a user would have it; every file in it is a copy."""

    def __init__(self, root: Path, names: Sequence[str] = cases.NAMES) -> None:
        self.root = root
        self.python = root / "build" / "generated" / "python"
        self.generated = root / "build" / "generated" / "process"
        self.implemented: list[Process] = []
        """Processes whose case holds people's modules."""
        self.scaffolded: list[Process] = []
        """Processes that have nothing but what scaffold writes."""
        self.report = ""
        """What pytest said last."""
        self.python.mkdir(parents=True)
        (root / "pyproject.toml").write_text(LINE_LENGTH)
        for case in names:
            self._add(case)

    @property
    def import_roots(self) -> list[Path]:
        """What stands on the import path."""
        return [self.root, self.python, self.generated]

    def _add(self, case: str) -> None:
        outputs = [f"--python_out={self.python}", f"--pyi_out={self.python}"]
        cases.run_protoc(cases.CASES / case / "proto", *outputs)
        shutil.copytree(cases.golden_folder(case), self.generated, dirs_exist_ok=True)
        people = cases.CASES / case / "processes"
        if people.exists():
            shutil.copytree(people, self.root / "processes", dirs_exist_ok=True)
        request = cases.committed_request(case)
        generation = parse_request(request).generation
        assert generation is not None
        contracts = Contracts(generation, cases.generated(case), request)
        for process in contracts.processes:
            (self.implemented if people.exists() else self.scaffolded).append(process)
        for change in plan(Repo(self.root), contracts).changes:
            change.write()

    def modules(self) -> list[str]:
        """Return the dotted name of every generated module that is no `__main__`."""
        paths = (path.relative_to(self.generated) for path in sorted(self.generated.rglob("*.py")))
        names = (".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths)
        return [name for name in names if not name.endswith("__main__")]

    def python_path(self) -> dict[str, str]:
        """Return an environment with the import roots: this repo's, then those of the checkout under test."""
        roots = [*self.import_roots, cases.ROOT, cases.ROOT / "gen"]
        return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, roots))}

    def run_tests(self, *targets: str, records: bool = False) -> dict[str, str]:
        """Run generated tests.

        Args:
            targets: Folders or files below the generated packages' folder.
            records: Whether they keep a history of each process, before they replay what is kept.

        Returns:
            The outcome of each test, by `package/tests/file.py::test[case]`.
        """
        paths = [str(self.generated / target) for target in targets]
        arguments = ["pytest", "-rA", "--import-mode=importlib", "-p", "no:cacheprovider", "-q", *paths]
        done = self.run(*arguments, **({"RECORD_HISTORIES": "1"} if records else {}))
        outcomes = {name: outcome for outcome, name in _SUMMARY.findall(done.stdout)}
        assert outcomes, done.stdout + done.stderr
        self.report = done.stdout
        return outcomes

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a Python module in this repo."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env=self.python_path() | environment,
            capture_output=True,
            text=True,
            check=False,
        )
