"""What somebody wrote into pyproject.toml about changes that were seen to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from processctl.breaking.versions import Acknowledgement
from processctl.errors import CouldNotRun

_FILE = "pyproject.toml"
_TABLE = "tool.processctl.breaking.acknowledged"
_KEYS = ("process", "rule", "subject", "reason")


def read_acknowledgements(root: Path) -> list[Acknowledgement]:
    """Return the entries of `[[tool.processctl.breaking.acknowledged]]`.

    Raises:
        CouldNotRun: The file is no TOML, or an entry lacks something.
    """
    path = root / _FILE
    if not path.is_file():
        return []
    try:
        found: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CouldNotRun(f"{path}: not TOML: {error}") from error
    for name in _TABLE.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return []
    entries = found if isinstance(found, list) else [found]
    return [_entry(path, entry) for entry in entries]


def _entry(path: Path, entry: object) -> Acknowledgement:
    texts = entry if isinstance(entry, dict) else {}
    if set(texts) != set(_KEYS) or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise CouldNotRun(
            f"{path}: an entry of [[{_TABLE}]] has the texts {', '.join(_KEYS)}, and nothing else"
        )
    return Acknowledgement(**texts)
