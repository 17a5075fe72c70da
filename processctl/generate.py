"""`processctl generate`."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from processctl.out_folders import refuse_foreign_files
from processctl.repo import Repo
from processctl.scaffold.command import run as run_scaffold


def run(directory: Path, *, scaffold: bool = True) -> None:
    """Generate the repo that `directory` is in, then complete people's modules.

    Raises:
        ProjectError: an out folder holds a file somebody wrote, buf or the plugin fails, or scaffold does.
    """
    repo = Repo.find(directory)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    refuse_foreign_files(repo)
    repo.buf(["generate"])
    outs = dict.fromkeys(repo.shown(plugin.out) for plugin in repo.plugins)
    console.print(f"generate: wrote {', '.join(outs)}")
    if scaffold:
        run_scaffold(repo.root)
