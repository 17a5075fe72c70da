"""`processctl scaffold`."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from processctl.contracts import read_contracts
from processctl.repo import Repo
from processctl.scaffold.plan import Change, plan


def run(directory: Path, *, dry_run: bool = False) -> None:
    """Create or complete people's modules of the repo that `directory` is in.

    Raises:
        ProjectError: a contract, or a file of people's, stands in the way. Nothing was written then.
    """
    repo = Repo.find(directory)
    planned = plan(repo, read_contracts(repo))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for notice in planned.notices:
        console.print(Text(notice, style="yellow"))
    for change in planned.changes:
        if dry_run:
            for line in change.diff(repo.root):
                console.print(Text(line, style=_DIFF_STYLES.get(line[:1], "")))
        else:
            change.write()
            console.print(Text(_done(change, repo)))
    if not planned.changes:
        console.print("scaffold: nothing to add")


_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def _done(change: Change, repo: Repo) -> str:
    path = repo.shown(change.path)
    if change.before is None:
        return f"scaffold: created {path}"
    return f"scaffold: added {', '.join(change.added)} to {path}"
