"""Which rules are reported, and where: `[tool.process-policy]` of a pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from process_policy.findings import Finding, PolicyError
from process_policy.rules import RULES

TABLE = "tool.process-policy"
_FILE = "pyproject.toml"
_LISTS = ("paths", "select", "ignore", "exclude", "allow-imports")
_PER_FILE = "per-file-ignores"
_RULE_OR_FAMILY = re.compile(r"[A-Z]{3}\d*")


@dataclass(frozen=True, slots=True)
class Config:
    """What a project asks of the check. Rules are named by ID or by what IDs begin with: `DET011`, `DET`.

    Attributes:
        root: The folder that patterns are relative to.
        paths: What is checked if no path is given.
        select: Rules that are reported; empty: all but those that a project must ask for by their full ID.
        ignore: Rules that are not reported. Where `select` and `ignore` both match, the longer one wins.
        exclude: Patterns of files and folders that folders are not searched for.
        allow_imports: Modules that workflow modules may import; None leaves imports unchecked.
        per_file_ignores: Rules that are not reported in files of a pattern.
    """

    root: Path = field(default_factory=Path.cwd)
    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_imports: tuple[str, ...] | None = None
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rules in (self.select, self.ignore, *self.per_file_ignores.values()):
            _refuse_unknown(rules)

    def excludes(self, path: Path) -> bool:
        """Whether a search of folders passes by this file or folder."""
        return any(self._matches(path, pattern) for pattern in self.exclude)

    def reports(self, finding: Finding) -> bool:
        """Whether a finding is one that the project wants to see."""
        if RULES[finding.rule].opt_in and finding.rule not in self.select:
            return False
        selected = _longest(finding.rule, self.select)
        if self.select and not selected:
            return False
        ignored = _longest(finding.rule, self.ignore)
        if ignored and ignored >= selected:
            return False
        return not any(
            _longest(finding.rule, rules) and self._matches(finding.path, pattern)
            for pattern, rules in self.per_file_ignores.items()
        )

    def with_rules(self, select: Sequence[str] | None, ignore: Sequence[str] | None) -> Config:
        """This configuration with other rules; None leaves what it has.

        Raises:
            PolicyError: There is no such rule.
        """
        return replace(
            self,
            select=self.select if select is None else tuple(select),
            ignore=self.ignore if ignore is None else tuple(ignore),
        )

    def _matches(self, path: Path, pattern: str) -> bool:
        absolute = path.resolve()
        if not absolute.is_relative_to(self.root):
            return False
        wanted = pattern.strip("/").split("/")
        if len(wanted) == 1:
            wanted.insert(0, "**")  # a name alone is that of a file or folder at any depth
        return _parts_match(absolute.relative_to(self.root).parts, wanted)


def find_config(folder: Path) -> Config:
    """The configuration of the nearest pyproject.toml at or above `folder` that has one; else the default.

    Raises:
        PolicyError: That file cannot be read, or says what the check does not know.
    """
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        file = above / _FILE
        if file.is_file():
            table = _table(file)
            if table is not None:
                return _config(file, table)
    return Config(root=folder)


def load_config(file: Path) -> Config:
    """The configuration of one TOML file.

    Raises:
        PolicyError: The file cannot be read, has no table of ours, or says what the check does not know.
    """
    table = _table(file)
    if table is None:
        raise PolicyError(f"{file}: no table [{TABLE}]; add one, or name another file")
    return _config(file, table)


def _table(file: Path) -> Any:
    try:
        tables: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are ones
        raise PolicyError(f"{file}: not valid TOML: {error}") from error
    for name in TABLE.split("."):
        tables = tables.get(name) if isinstance(tables, dict) else None
    return tables


def _config(file: Path, table: Any) -> Config:
    try:
        return _read(file.resolve().parent, table)
    except PolicyError as error:
        raise PolicyError(f"{file}: [{TABLE}]: {error}") from error


def _read(root: Path, table: Any) -> Config:
    if not isinstance(table, dict):
        raise PolicyError("must be a table")
    unknown = sorted(table.keys() - {*_LISTS, _PER_FILE})
    if unknown:
        known = ", ".join(sorted((*_LISTS, _PER_FILE)))
        raise PolicyError(f"unknown key {', '.join(unknown)}; there are {known}")
    lists = {key: _strings(key, table[key]) for key in _LISTS if key in table}
    per_file = table.get(_PER_FILE, {})
    if not isinstance(per_file, dict):
        raise PolicyError(f"{_PER_FILE} must be a table of lists of rules by pattern")
    return Config(
        root=root,
        paths=tuple(root / path for path in lists.get("paths", ())),
        select=lists.get("select", ()),
        ignore=lists.get("ignore", ()),
        exclude=lists.get("exclude", ()),
        allow_imports=lists.get("allow-imports"),
        per_file_ignores={
            pattern: _strings(f"{_PER_FILE} of {pattern}", rules) for pattern, rules in per_file.items()
        },
    )


def _strings(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PolicyError(f"{key} must be a list of texts")
    return tuple(value)


def _refuse_unknown(rules: Iterable[str]) -> None:
    unknown = [name for name in rules if not _RULE_OR_FAMILY.fullmatch(name) or not _is_known(name)]
    if unknown:
        families = ", ".join(sorted({rule[:3] for rule in RULES}))
        raise PolicyError(
            f"unknown rule {', '.join(unknown)}; name a rule such as DET001, or a family: {families}"
        )


def _is_known(name: str) -> bool:
    return any(rule.startswith(name) for rule in RULES)


def _longest(rule: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if rule.startswith(prefix)), default=0)


def _parts_match(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path, or a folder above it, matches; `**` stands for any number of folders."""
    if not wanted:
        return True
    if wanted[0] == "**":
        return any(_parts_match(parts[skipped:], wanted[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _parts_match(parts[1:], wanted[1:])
