"""A repo with process contracts: where it is, what its buf.gen.yaml says, and how buf is run in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from processctl.errors import ProjectError

TEMPLATE_NAME = "buf.gen.yaml"
PLUGIN = "protoc-gen-process"
DEAD_LETTERS = "dead-letters.jsonl"  # of `processctl dev`, in the root
_CONSEQUENCE = re.compile(
    r"(Failure: )?(plugin [\w.-]+: )?(context canceled|signal: killed|lstat .*: no such file or directory)"
)
_DEFAULT_LINE_LENGTH = 88  # of ruff and black


@dataclass(frozen=True, slots=True)
class PluginEntry:
    """One plugin of buf.gen.yaml."""

    entry: Mapping[str, Any]
    out: Path

    @property
    def is_process_plugin(self) -> bool:
        """Whether this is protoc-gen-process, called by name, by path or as a module."""
        local = self.entry.get("local")
        words = [local] if isinstance(local, str) else local if isinstance(local, list) else []
        return any(Path(str(word)).name in {PLUGIN, "protoc_gen_process.plugin"} for word in words)


@dataclass(frozen=True)
class Repo:
    """A folder with a buf.gen.yaml that runs protoc-gen-process."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Repo:
        """Return the repo that `start` is in.

        Raises:
            ProjectError: neither `start` nor a folder above it holds a buf.gen.yaml.
        """
        for folder in [start.resolve(), *start.resolve().parents]:
            if (folder / TEMPLATE_NAME).is_file():
                return cls(folder)
        raise ProjectError(
            f"{start.resolve()}: no {TEMPLATE_NAME} here or in a folder above: change to a repo's folder, or "
            "begin one with `processctl init NAME`"
        )

    @cached_property
    def template(self) -> dict[str, Any]:
        """What buf.gen.yaml says.

        Raises:
            ProjectError: it is not YAML, or not of buf's version 2.
        """
        path = self.root / TEMPLATE_NAME
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise ProjectError(f"{path}: not UTF-8: save it in that encoding") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
            raise ProjectError(f"{place}: not YAML: {getattr(error, 'problem', error)}") from error
        if not isinstance(content, dict) or content.get("version") != "v2":
            raise ProjectError(
                f"{path}: `version: v2` is missing; `buf config migrate` upgrades an older file"
            )
        return content

    @cached_property
    def plugins(self) -> tuple[PluginEntry, ...]:
        """Every plugin with an out folder."""
        entries = self.template.get("plugins") or []
        return tuple(
            PluginEntry(entry, self.root / str(entry["out"]))
            for entry in entries
            if isinstance(entry, dict) and entry.get("out")
        )

    @property
    def process_plugin(self) -> PluginEntry:
        """The entry of protoc-gen-process.

        Raises:
            ProjectError: there is none.
        """
        found = [plugin for plugin in self.plugins if plugin.is_process_plugin]
        if len(found) != 1:
            raise ProjectError(
                f"{self.root / TEMPLATE_NAME}: {len(found)} plugins run {PLUGIN}, one should: "
                f"`- local: {PLUGIN}` with an `out` folder and `strategy: all`"
            )
        return found[0]

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """The folders that generated code and people's modules are imported from."""
        return tuple(dict.fromkeys([self.root, *(plugin.out for plugin in self.plugins)]))

    def shown(self, path: Path) -> str:
        """Return `path` as messages write it: relative to the repo."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    @cached_property
    def line_length(self) -> int:
        """Where the repo's formatter breaks lines."""
        try:
            tools = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
        except (OSError, tomllib.TOMLDecodeError):
            return _DEFAULT_LINE_LENGTH
        lengths = (tools.get(tool, {}).get("line-length") for tool in ("ruff", "black"))
        return next((length for length in lengths if isinstance(length, int)), _DEFAULT_LINE_LENGTH)

    def environment(self) -> dict[str, str]:
        """Return the environment for buf and the repo's processes: this Python first, import roots set."""
        path = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        python_path = [*map(str, self.import_roots), os.environ.get("PYTHONPATH", "")]
        return os.environ | {
            "PATH": os.pathsep.join(filter(None, path)),
            "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
        }

    def buf(self, arguments: Sequence[str]) -> None:
        """Run buf in the repo.

        Raises:
            ProjectError: it is not installed, or fails; the message is then buf's own, with the plugin's.
        """
        done = self.run_buf(arguments)
        if done.returncode:
            raise ProjectError(said(done))

    def run_buf(
        self, arguments: Sequence[str], folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run buf in `folder`, by default the repo, and return what it says, whatever the exit code.

        Raises:
            ProjectError: it is not installed.
        """
        environment = self.environment()
        executable = shutil.which("buf", path=environment["PATH"])
        if executable is None:
            raise ProjectError("buf is not installed: `pip install 'protoc-gen-process[dev]'` brings it")
        return subprocess.run(  # noqa: S603  arguments are ours
            [executable, *arguments],
            cwd=folder or self.root,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return why buf failed, in its own words."""
    return causes((done.stderr or done.stdout).strip()) or f"buf ended with code {done.returncode}"


def causes(message: str) -> str:
    """Return what buf says without what merely follows: that it stopped the other plugins when one failed."""
    lines = message.splitlines()
    return "\n".join(line for line in lines if not _CONSEQUENCE.fullmatch(line)) or message
