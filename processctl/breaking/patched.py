"""New search attributes whose patch the workflow code has: changes that were seen to where it can be told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from processctl.breaking.compare.starts import SEARCH_ATTRIBUTE_ADDED, attribute_subject
from processctl.breaking.versions import Acknowledgement
from processctl.patches.source import ASKING_ATTRIBUTE, python_files
from processctl.repo import Repo


def patched_attributes(repo: Repo, processes: list[str]) -> list[Acknowledgement]:
    """Return an acknowledgement for each search attribute that workflow code has a patch for.

    Args:
        repo: Today's repo.
        processes: Names of its processes; an attribute is of one type in all of them.
    """
    return [
        Acknowledgement(
            process, SEARCH_ATTRIBUTE_ADDED.name, attribute_subject(name), f"its patch in {place}"
        )
        for path in python_files(repo)
        if ASKING_ATTRIBUTE.encode() in (source := path.read_bytes())
        for name, place in _named(source, repo, path)
        for process in processes
    ]


def _named(source: bytes, repo: Repo, path: Path) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return  # for whoever runs or checks the code to say
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if not any(isinstance(target, ast.Name) and target.id == ASKING_ATTRIBUTE for target in targets):
            continue
        value = getattr(node, "value", None)
        for key in value.keys if isinstance(value, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, f"{repo.shown(path)}:{key.lineno}"
