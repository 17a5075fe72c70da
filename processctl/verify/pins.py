"""Whether the same versions of plugins and of what is imported are used wherever the repo is generated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from processctl.repo import PLUGIN, TEMPLATE_NAME, Repo
from processctl.verify.outcome import Outcome, found

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")


def look(repo: Repo) -> Outcome:
    """Read buf.gen.yaml, buf.yaml and what pins the repo's Python dependencies."""
    details = [*_unpinned_plugins(repo), *_unlocked_modules(repo), *_unpinned_distribution(repo)]
    return found(details, clean="every version is pinned", summary="a version is not pinned")


def _unpinned_plugins(repo: Repo) -> Iterator[str]:
    for plugin in repo.plugins:
        remote = plugin.entry.get("remote")
        if isinstance(remote, str) and ":" not in remote:
            yield f"{TEMPLATE_NAME}: {remote} has no version: write {remote}:vX.Y.Z"


def _unlocked_modules(repo: Repo) -> Iterator[str]:
    path = repo.root / "buf.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return  # buf lint says what is wrong with it
    wants = isinstance(content, dict) and content.get("deps")
    if wants and not (repo.root / "buf.lock").is_file():
        yield "buf.yaml: has deps, and there is no buf.lock: run `buf dep update` and commit it"


def _unpinned_distribution(repo: Repo) -> Iterator[str]:
    installed = metadata.version(PLUGIN)
    places = list(_requirements(repo.root))
    for place, requirement in places:
        exact = [part for part in requirement.specifier if part.operator in {"==", "==="}]
        if exact and not requirement.specifier.contains(installed, prereleases=True):
            yield f"{place}: pins {requirement}, and {installed} is installed: install what is pinned"
    if any(lock.is_file() and _locks(lock) for lock in (repo.root / name for name in _LOCKS)):
        return
    if not places:
        yield (
            f"{repo.root.name}: neither pyproject.toml nor a requirements file names {PLUGIN}: "
            f"add {PLUGIN}=={installed} to the dependencies"
        )
    elif not any(
        part.operator in {"==", "==="} and not part.version.endswith(".*")
        for _, requirement in places
        for part in requirement.specifier
    ):
        place, requirement = places[0]
        yield f"{place}: {requirement} is no single version: write {PLUGIN}=={installed}, or keep a lock file"


def _requirements(root: Path) -> Iterator[tuple[str, Requirement]]:
    """Where the repo says that it needs the plugin's distribution."""
    for place, lines in [*_of_project(root), *_of_files(root)]:
        for line in lines:
            try:
                requirement = Requirement(line.partition(" #")[0].partition(" --")[0].rstrip("\\ "))
            except InvalidRequirement:
                continue
            if canonicalize_name(requirement.name) == PLUGIN:
                yield place, requirement


def _of_project(root: Path) -> Iterator[tuple[str, list[str]]]:
    content = _toml(root / "pyproject.toml")
    project = content.get("project", {})
    groups = [
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *content.get("dependency-groups", {}).values(),
    ]
    for lines in groups:
        yield "pyproject.toml", [line for line in lines if isinstance(line, str)]


def _of_files(root: Path) -> Iterator[tuple[str, list[str]]]:
    for path in sorted(root.glob("*requirements*")):
        if path.is_file() and path.suffix in {".txt", ".lock", ".in"}:
            yield path.name, path.read_text(encoding="utf-8", errors="replace").splitlines()


def _locks(path: Path) -> bool:
    packages = _toml(path).get("package") or _toml(path).get("packages") or []
    return any(isinstance(each, dict) and each.get("name") == PLUGIN for each in packages)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
