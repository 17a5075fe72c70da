"""The labelled corpus of `testdata/policy`: what is wanted of a checker, and what was proved of the code.

A snippet is a module with a workflow, or a folder of modules. Its labels are comments:

- `# want: DET001` at the end of a line: a finding is wanted there. `DET001/DET015` is wanted under either
  rule; `DET001?` may be found there and need not be. A snippet without any is good code.
- In the head of the module that has the workflow, `# replay: breaks|holds|stuck|refused|not-run because ...`
  and `# sandbox: stops|passes`: what the proof finds (`tests/policy/proof`), and how the workflow is driven
  there (`# start:`, `# signal:`, `# update:`, `# query:`, `# executions:`).
- `# select: PRA006` in the head: rules that are off unless they are asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent.parent / "testdata" / "policy"
DETAILS = "details"
"""The category that is about how single lines are judged; the others have code as people write it."""

_WANT = re.compile(r"# want: (.*)$")
_HEAD = re.compile(r"# (replay|sandbox|start|signal|update|query|executions|select): (.+)$")
_RULE = re.compile(r"[A-Z]{3}\d{3}$")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wanted of one line.

    Attributes:
        file: Of the snippet.
        line: Its number.
        rules: Any of these will do.
        required: Whether a checker has to find it.
    """

    file: Path
    line: int
    rules: frozenset[str]
    required: bool


@dataclass(frozen=True)
class Snippet:
    """One labelled module, or folder of modules.

    Attributes:
        name: Its path in the corpus, without `.py`.
        path: The file or folder.
    """

    name: str
    path: Path

    @property
    def kind(self) -> str:
        """The folder of all that is `bad`, or `good`."""
        return self.name.split("/")[0]

    @property
    def category(self) -> str:
        """What it is about."""
        return self.name.split("/")[1]

    @property
    def files(self) -> list[Path]:
        """Its modules."""
        return sorted(self.path.rglob("*.py")) if self.path.is_dir() else [self.path]

    @cached_property
    def marks(self) -> list[Mark]:
        """What is wanted, by file and line."""
        return [mark for file in self.files for mark in _marks(file)]

    @property
    def bad(self) -> bool:
        """Whether any finding is wanted."""
        return bool(self.marks)

    @cached_property
    def entry(self) -> Path:
        """The module that has the workflow, and the head."""
        return next(file for file in self.files if "# replay: " in file.read_text())

    @property
    def module(self) -> str:
        """Name of the entry module, with the snippet's folder on the path."""
        return ".".join(self.entry.relative_to(self.root).with_suffix("").parts)

    @property
    def root(self) -> Path:
        """The folder that imports begin at."""
        return self.path if self.path.is_dir() else self.path.parent

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """The lines of the head, in order."""
        matches = (_HEAD.match(line) for line in self.entry.read_text().splitlines())
        return [(match[1], match[2]) for match in matches if match]

    def _line(self, name: str, default: str) -> str:
        return dict(self.lines).get(name, default)

    @property
    def replay(self) -> str:
        """What a replay is said to do; without the reason, where it is not run."""
        return self._line("replay", "").split()[0]

    @property
    def reason(self) -> str:
        """Why it is not run."""
        return self._line("replay", "").partition(" ")[2]

    @property
    def sandbox(self) -> str | None:
        """What the SDK's sandbox is said to do."""
        return self._line("sandbox", "") or None

    @property
    def select(self) -> tuple[str, ...]:
        """Rules to switch on."""
        return tuple(value for name, value in self.lines if name == "select")

    def drive(self) -> dict[str, Any]:
        """How its workflow is driven: start arguments, messages, how many executions one after another."""
        return {
            "start": json.loads(self._line("start", "[]")),
            "messages": [
                (kind, name, json.loads(arguments))
                for kind, text in self.lines
                if kind in ("signal", "update", "query")
                for name, _, arguments in [text.partition(" ")]
            ],
            "executions": int(self._line("executions", "1")),
        }


def snippets(folder: Path = CORPUS) -> list[Snippet]:
    """Every snippet, by name: `<bad or good>/<category>/<name>`."""
    return [
        Snippet(str(path.relative_to(folder).with_suffix("")), path)
        for path in sorted(folder.glob("*/*/*"))
        if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
    ]


def _marks(file: Path) -> Iterator[Mark]:
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if match := _WANT.search(line):
            for wanted in match[1].split(","):
                text = wanted.strip()
                rules = frozenset(text.removesuffix("?").split("/"))
                if not all(_RULE.match(rule) for rule in rules):
                    raise ValueError(f"{file}:{number}: {text!r} is no rule")
                yield Mark(file, number, rules, required=not text.endswith("?"))
