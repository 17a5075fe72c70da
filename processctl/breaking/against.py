"""What today's contracts are compared with: a git revision, a folder, or an image."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from processctl.breaking import git
from processctl.breaking.image import build, convert
from processctl.errors import CouldNotRun, needed_by_a_gate
from processctl.repo import Repo
from protoc_gen_process.diagnostics import escape

_COMMIT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Against:
    """The other side of the comparison."""

    label: str
    files: FileDescriptorSet
    is_empty: bool = False
    """Whether nothing was there: every process is new."""


def read_against(repo: Repo, name: str) -> Against:
    """Return the descriptors that `name` stands for.

    Args:
        repo: Today's repo.
        name: A git revision, for the repo's own folder or as `REF:FOLDER`; a folder; or an image. What is a
            revision is taken for one, unless it begins with a dot or a slash.

    Raises:
        CouldNotRun: There is no such thing, or its protos do not build.
    """
    path = Path(name)
    try:
        is_path, is_folder = path.exists(), path.is_dir()
    except (OSError, ValueError):
        is_path = is_folder = False
    if not name or "\0" in name:
        raise CouldNotRun("--against: name a git revision, a folder or an image")
    revision = (
        None if name.startswith((".", "/")) or (is_path and not is_folder) else _revision(repo, name, is_path)
    )
    with needed_by_a_gate(f"{escape(name)}: the protos there do not build:\n"):
        if revision is not None:
            return _of_revision(repo, name, revision)
        if is_folder:
            return _of_folder(repo, path)
        if is_path:
            return Against(escape(name), convert(repo, path))
    raise CouldNotRun(
        f"{escape(name)}: no git revision here, and no folder or file; in a shallow clone fetch it first: "
        f"`git fetch --depth 1 origin BRANCH` and --against origin/BRANCH, or `fetch-depth: 0` at checkout"
    )


def _revision(repo: Repo, name: str, is_path: bool) -> git.Revision | None:
    try:
        return git.find_revision(repo.root, name)
    except CouldNotRun:
        if is_path:
            return None
        raise


def _of_revision(repo: Repo, name: str, revision: git.Revision) -> Against:
    label = f"{escape(name)} ({revision.commit[:_COMMIT_DIGITS]})"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder).resolve()
        git.extract(repo.root, revision, target)
        if not any(target.rglob("*.proto")):
            return Against(label, FileDescriptorSet(), is_empty=True)
        return Against(label, build(repo, target))


def _of_folder(repo: Repo, path: Path) -> Against:
    if not any(path.rglob("*.proto")):
        raise CouldNotRun(
            f"{escape(str(path))}: no .proto file in this folder; name the root of the other repo"
        )
    return Against(escape(str(path)), build(repo, path.resolve()))
