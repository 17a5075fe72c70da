"""The protos of a git revision, in a folder of their own: work tree and index stay as they are."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from processctl.errors import CouldNotRun

_CONFIGURATION = frozenset({"buf.yaml", "buf.lock", "buf.work.yaml", "buf.gen.yaml"})
_LINK = "120000"
_FILES = ("100644", "100755")
# A hook of git's own sets these for the repository that it runs in; ours is the one of the folder.
_OF_HOOKS = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A tree of git's: a repo as it was."""

    commit: str
    """What the revision names, in full: a commit or, for `REF:FOLDER`, a tree."""
    tree: str | None
    """The tree that stands for the repo's folder; None if it was not there."""


def find_revision(folder: Path, name: str) -> Revision | None:
    """Return the revision `name` of the repository that `folder` is in; None if it has no such one.

    Args:
        folder: The repo's root, which need not be the repository's.
        name: A branch, tag or commit, for the same folder as it was then; `REF:FOLDER` for another.

    Raises:
        CouldNotRun: `folder` is in no git repository, or git is not installed.
    """
    found = _git(folder, ["rev-parse", "--show-prefix"])
    if found.returncode:
        raise CouldNotRun(
            f"{folder}: git does not read it: {_said(found)}; without git, name a folder or an image"
        )
    prefix = os.fsdecode(found.stdout).removesuffix("\n")
    if ":" in name:
        tree = _resolve(folder, name)
        return Revision(tree, tree) if tree and _kind(folder, tree) == "tree" else None
    commit = _resolve(folder, f"{name}^{{commit}}")
    return Revision(commit, _resolve(folder, f"{commit}:{prefix}")) if commit else None


def extract(folder: Path, revision: Revision, target: Path) -> None:
    """Write the protos of `revision`, and what configures buf, into the empty folder `target`.

    Raises:
        CouldNotRun: git cannot read them, or a path would leave `target`.
    """
    if revision.tree is None:
        return
    listed = _checked(folder, ["ls-tree", "-r", "-z", "--full-tree", revision.tree])
    wanted: list[tuple[str, str, Path]] = []
    for entry in filter(None, listed.split(b"\0")):
        about, _, name = entry.partition(b"\t")
        mode, _, blob = about.decode("ascii").split(" ")
        path = PurePosixPath(os.fsdecode(name))
        is_ours = path.suffix == ".proto" or path.name in _CONFIGURATION
        if mode == _LINK or (mode in _FILES and is_ours):
            wanted.append((mode, blob, _below(target, path)))
    contents = _blobs(folder, [blob for _, blob, _ in wanted])
    # Links last: then no file can be written through one.
    for (mode, _, place), content in sorted(
        zip(wanted, contents, strict=True), key=lambda each: each[0][0] == _LINK
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        if mode != _LINK:
            place.write_bytes(content)
        elif Path(os.path.normpath(place.parent / os.fsdecode(content))).is_relative_to(target):
            place.symlink_to(os.fsdecode(content))


def _below(target: Path, path: PurePosixPath) -> Path:
    if path.is_absolute() or ".." in path.parts:
        raise CouldNotRun(f"git holds a file {str(path)!r}, which leads out of the repository: remove it")
    return target.joinpath(*path.parts)


def _blobs(folder: Path, names: Sequence[str]) -> list[bytes]:
    if not names:
        return []
    output = _checked(folder, ["cat-file", "--batch"], "".join(f"{name}\n" for name in names).encode())
    contents, position = [], 0
    for _ in names:
        end = output.index(b"\n", position)
        size = int(output[position:end].rpartition(b" ")[2])
        contents.append(output[end + 1 : end + 1 + size])
        position = end + 1 + size + 1
    return contents


def _resolve(folder: Path, name: str) -> str | None:
    done = _git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", name])
    return None if done.returncode else done.stdout.decode("ascii").strip()


def _kind(folder: Path, name: str) -> str:
    return _checked(folder, ["cat-file", "-t", name]).decode("ascii").strip()


def _checked(folder: Path, arguments: Sequence[str], standard_input: bytes = b"") -> bytes:
    done = _git(folder, arguments, standard_input)
    if done.returncode:
        raise CouldNotRun(f"{folder}: git {arguments[0]}: {_said(done)}")
    return done.stdout


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = done.stderr.decode("utf-8", "backslashreplace").strip()
    return " ".join(text.removeprefix("fatal: ").split()) or f"it ended with code {done.returncode}"


def _git(
    folder: Path, arguments: Sequence[str], standard_input: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    executable = shutil.which("git")
    if executable is None:
        raise CouldNotRun("git is not installed: install it, or name a folder or an image to compare with")
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    return subprocess.run(  # noqa: S603  arguments are ours, or behind --end-of-options
        [executable, *arguments],
        cwd=folder,
        env=environment,
        input=standard_input,
        capture_output=True,
        check=False,
    )
