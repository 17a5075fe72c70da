"""`processctl patches`."""

from __future__ import annotations

import asyncio
import difflib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from processctl.contracts import read_contracts
from processctl.errors import ProjectError
from processctl.patches.executions import count
from processctl.patches.report import FILE_NAME, Entry, as_json, markdown, table
from processctl.patches.source import FoundPatch, find_patches
from processctl.repo import Repo

_WIDE = 300


def run(
    directory: Path,
    *,
    check: bool = False,
    json_format: bool = False,
    temporal: str | None = None,
    namespace: str | None = None,
    deployed: Sequence[str] = (),
) -> None:
    """List the patches of the repo that `directory` is in, and write its catalogue or check it.

    Args:
        directory: A folder of the repo.
        check: Write nothing, and ask nobody.
        json_format: Print the catalogue for programs.
        temporal: ``host:port`` of Temporal, to count executions; None does not.
        namespace: None takes the environment's.
        deployed: ``PATCH=TIME``, when the code of a patch as it is was deployed everywhere.

    Raises:
        ProjectError: A patch cannot be read, the catalogue is out of date, or Temporal cannot be asked.
    """
    repo = Repo.find(directory)
    patches = find_patches(repo, read_contracts(repo).processes)
    moments = _moments(deployed, patches)
    if check:
        check_catalogue(repo, patches)
    else:
        _write(repo, patches)
    entries = [Entry(patch) for patch in patches]
    if temporal and not check:
        counted = asyncio.run(count(patches, temporal, namespace, moments))
        entries = [Entry(patch, found) for patch, found in zip(patches, counted, strict=True)]
    # Nobody reads a pipe by its width.
    width = None if sys.stdout.isatty() else _WIDE
    console = Console(width=width, soft_wrap=True, highlight=False, markup=False)
    if json_format:
        console.out(as_json(entries))
    elif entries:
        console.print(table(entries))
    else:
        console.print("patches: none")


def _moments(deployed: Sequence[str], patches: Sequence[FoundPatch]) -> dict[str, datetime]:
    known = {patch.id for patch in patches}
    moments = {}
    for text in deployed:
        identifier, _, moment = text.partition("=")
        if identifier not in known:
            raise ProjectError(f"--deployed {text}: there is no patch {identifier!r}; write PATCH=TIME")
        try:
            read = datetime.fromisoformat(moment)
        except ValueError:
            raise ProjectError(
                f"--deployed {text}: write the time like {identifier}=2026-11-03T10:00:00Z"
            ) from None
        moments[identifier] = read if read.tzinfo else read.replace(tzinfo=UTC)
    return moments


def _write(repo: Repo, patches: Sequence[FoundPatch]) -> None:
    path = repo.root / FILE_NAME
    # A repo without patches needs no file, unless it had some.
    if patches or path.exists():
        path.write_text(markdown(patches), encoding="utf-8")


def check_catalogue(repo: Repo, patches: Sequence[FoundPatch]) -> None:
    """Check that `patches.md` says what the code does.

    Raises:
        ProjectError: It is out of date; the message has the difference.
    """
    path = repo.root / FILE_NAME
    before = path.read_text(encoding="utf-8") if path.exists() else markdown([])
    after = markdown(patches)
    if before == after:
        return
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    raise ProjectError("\n".join([f"{path}: out of date; run `processctl patches` and commit it", *changed]))
