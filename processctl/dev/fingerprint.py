"""What a repo's files say, so that a save that changes nothing restarts nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from processctl.repo import Repo

_CONTRACTS = frozenset({".proto", ".yaml", ".yml"})
_CODE = frozenset({".py", ".json", ".toml"})
_SKIPPED = frozenset({"__pycache__", "node_modules", "venv"})


def is_skipped(name: str) -> bool:
    """Whether a file or folder of this name is hidden, a cache or a virtual environment."""
    return name in _SKIPPED or name.startswith(".")


def is_watched(path: Path) -> bool:
    """Whether a change of this file, relative to the repo, may matter to a running process: not of a test."""
    return (
        path.suffix in _CONTRACTS | _CODE
        and "tests" not in path.parts
        and not any(map(is_skipped, path.parts))
    )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests of a repo's contracts and of its code."""

    contracts: str
    code: str

    @classmethod
    def of(cls, repo: Repo) -> Self:
        """Return the fingerprint of the files as they are now."""
        files = sorted(_files(repo.root))
        return cls(
            _digest(path for path in files if path.suffix in _CONTRACTS),
            _digest(path for path in files if path.suffix in _CODE),
        )


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not is_skipped(name)]
        for name in names:
            path = Path(folder, name)
            if is_watched(path.relative_to(root)):
                yield path


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError:  # deleted meanwhile, or a dangling link
            continue
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
