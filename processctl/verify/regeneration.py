"""Whether what is in the out folders is what generation makes, and whether git has all of it."""

from __future__ import annotations

import difflib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from processctl.counts import count
from processctl.out_folders import files_of
from processctl.repo import Repo
from processctl.verify.outcome import Outcome, found

_DIFFERENCE_LINES: Final = 12
_MEND: Final = "run `processctl generate` and commit everything that it writes"


def look(repo: Repo) -> Outcome:
    """Generate into a folder of its own and compare; the repo is not touched.

    Raises:
        ProjectError: buf or a plugin fails.
    """
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        base = Path(name)
        repo.buf(["generate", "-o", str(base)])
        fresh = _contents(base, [base / repo.shown(plugin.out) for plugin in repo.plugins])
    there = _contents(repo.root, [plugin.out for plugin in repo.plugins])
    details = [*_differences(fresh, there), *_not_in_git(repo, fresh)]
    return found(
        details,
        clean=f"{count(len(fresh), 'file')} as generated",
        summary=f"{count(len(details), 'file')} not as generated: {_MEND}",
    )


def _contents(base: Path, outs: list[Path]) -> dict[str, bytes]:
    return {path.relative_to(base).as_posix(): path.read_bytes() for out in outs for path in files_of(out)}


def _differences(fresh: Mapping[str, bytes], there: Mapping[str, bytes]) -> Iterator[str]:
    for name in sorted(fresh.keys() | there.keys()):
        if name not in there:
            yield f"{name}: missing"
        elif name not in fresh:
            yield f"{name}: not generated any longer, or never was"
        elif fresh[name] != there[name]:
            yield "\n".join([f"{name}: differs", *_lines(there[name], fresh[name])])


def _lines(before: bytes, after: bytes) -> list[str]:
    old, new = (text.decode(errors="backslashreplace").splitlines() for text in (before, after))
    # Without the two lines that name the files.
    lines = islice(difflib.unified_diff(old, new, lineterm="", n=0), 2, None)
    shown = [f"  {line}" for line in islice(lines, _DIFFERENCE_LINES)]
    return [*shown, "  …"] if next(lines, None) is not None else shown


def _not_in_git(repo: Repo, fresh: Mapping[str, bytes]) -> Iterator[str]:
    """Generated files that were forgotten in a commit, in a repo that commits generated files."""
    outs = {repo.shown(plugin.out) for plugin in repo.plugins}
    try:
        done = subprocess.run(  # noqa: S603  arguments are ours
            ["git", "ls-files", "-z", "--", *sorted(outs)],  # noqa: S607
            cwd=repo.root,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return
    tracked = set(done.stdout.decode(errors="surrogateescape").split("\0")) - {""}
    if done.returncode or not tracked:
        return
    for name in sorted(fresh.keys() - tracked):
        yield f"{name}: not in git"
